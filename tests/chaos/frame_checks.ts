// Owns the rules for the frames of one socket: versions and prices never go back, and ages are true. Opens no socket.

import type {
  BriefQuote,
  FullQuote,
  ServerMessage,
  SnapshotMessage,
  TickMessage,
} from "../../lib/protocol.ts";
import { compareVersions, formatPrice, type Price, type Version } from "../../lib/quote.ts";
import type { PriceRecord } from "./market.ts";
import type { Verdict } from "./verdict.ts";

export interface SeenPrice {
  readonly ticker: string;
  readonly price: Price;
  readonly asOf: number;
}

interface FrameCheckOptions {
  /** Names the socket in a violation. */
  readonly socket: string;
  readonly record: PriceRecord;
  readonly verdict: Verdict;
}

export function createFrameChecks({ socket, record, verdict }: FrameCheckOptions) {
  let version: Version = { epoch: 0, seq: 0 };
  const prices = new Map<string, SeenPrice>();
  const listVersions = new Map<string, number>();

  function breach(kind: string, example: string) {
    verdict.breach(kind, `${socket}: ${example}`);
  }

  function checkVersion({ epoch, seq, type }: Version & { type: string }) {
    if (compareVersions({ epoch, seq }, version) < 0) {
      breach(
        "a version fell within a socket",
        `${type} ${epoch}-${seq} after ${version.epoch}-${version.seq}`,
      );
    }
    version = { epoch, seq };
  }

  function checkQuote(quote: FullQuote | BriefQuote, { at, type }: SnapshotMessage | TickMessage) {
    const ageMs = quote.length > 3 ? quote[3] : quote[2];
    const seen: SeenPrice = { ticker: quote[0], price: quote[1], asOf: at - Number(ageMs) };
    const former = prices.get(seen.ticker);
    const description = `${type} ${seen.ticker} ${formatPrice(seen.price)} as of ${seen.asOf}`;
    if (quote.length <= 3 && !former) breach("a brief quote came before a full one", description);
    if (former && (seen.asOf < former.asOf || seen.price < former.price)) {
      breach(
        "a price went back within a socket",
        `${description} after ${formatPrice(former.price)} as of ${former.asOf}`,
      );
    }
    const trueUntil = record.trueUntil(seen.price);
    if (trueUntil === undefined) breach("a price was never the upstream's", description);
    else if (seen.asOf > trueUntil) {
      breach("a price was shown as newer than it was", `${description}, true until ${trueUntil}`);
    }
    prices.set(seen.ticker, seen);
    return seen;
  }

  function checkList({ id, version }: { id: string; version: number }) {
    const former = listVersions.get(id) ?? 0;
    if (version < former) {
      breach("a list's version fell within a socket", `${id}: ${version} after ${former}`);
    }
    listVersions.set(id, version);
  }

  return {
    /** Checks the message and returns its prices. */
    take(message: ServerMessage): readonly SeenPrice[] {
      if (message.type === "watchlist") checkList(message);
      if (message.type === "hello") checkVersion(message);
      if (message.type !== "tick" && message.type !== "snapshot") return [];
      checkVersion(message);
      return message.quotes.map((quote) => checkQuote(quote, message));
    },
  };
}
