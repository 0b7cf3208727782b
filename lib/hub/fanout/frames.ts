// Owns the texts of quote frames, always from the bus's mirror and under its version. Sends nothing.

import type { Bus, Snapshot } from "../../bus/bus.ts";
import { fullQuote, type SnapshotMessage, type TickMessage } from "../../protocol.ts";
import type { Ticker, Version } from "../../quote.ts";
import type { QuoteSlot } from "./quote_slot.ts";

/** A frame of its own for one socket. */
export interface Frame {
  readonly version: Version;
  readonly text: string;
}

/** The part of a flush that all frames share; each socket's frame ends with its slots' fragments. */
export interface Flush {
  readonly version: Version;
  /** A mark goes to every socket with a ticker, newcomers only to those that hold one of them. */
  readonly kind: "mark" | "newcomers";
  readonly head: string;
}

export const frameTail = "]}";

export type Frames = ReturnType<typeof createFrames>;

export interface Slots {
  slot(ticker: Ticker): QuoteSlot | undefined;
  slots(): Iterable<QuoteSlot>;
  tickers(): Iterable<Ticker>;
}

export function createFrames({ bus, slots }: { bus: Pick<Bus, "latest">; slots: Slots }) {
  function withQuotes(head: string, latest: Snapshot): Frame {
    for (const quote of latest.quotes) slots.slot(quote.ticker)?.noteTold(quote.stale);
    const quotes = latest.quotes.map((quote) => JSON.stringify(fullQuote(quote, latest.at)));
    return { version: versionOf(latest), text: head + quotes.join(",") + frameTail };
  }

  return {
    snapshot(tickers: Iterable<Ticker>): Frame {
      const latest = bus.latest(tickers);
      return withQuotes(snapshotHead(latest), latest);
    },

    /** A tick that names all tickers in full, for a socket that missed some. */
    wholeTick(tickers: Iterable<Ticker>): Frame {
      const latest = bus.latest(tickers);
      return withQuotes(tickHead(latest), latest);
    },

    /** Fills the slots' fragments, each quote encoded once however many sockets hold it. */
    encode(kind: Flush["kind"]): Flush {
      const isMark = kind === "mark";
      const latest = bus.latest(isMark ? slots.tickers() : tickersWithNews());
      for (const slot of slots.slots()) slot.fragment = "";
      for (const quote of latest.quotes) {
        const slot = slots.slot(quote.ticker);
        if (isMark) slot?.tellChange(quote, latest.at);
        else slot?.tellAll(quote, latest.at);
      }
      const head = isMark ? tickHead(latest) : snapshotHead(latest);
      return { kind, head, version: versionOf(latest) };
    },
  };

  function* tickersWithNews() {
    for (const slot of slots.slots()) if (slot.hasNews) yield slot.ticker;
  }
}

/** Sockets keep the version for long, so it must not keep the quotes or a text alive. */
function versionOf({ epoch, seq }: Version): Version {
  return { epoch, seq };
}

function tickHead({ epoch, seq, at, tickMs, nextAt }: Snapshot): string {
  return openEnded({ type: "tick", epoch, seq, at, tickMs, nextAt, quotes: [] });
}

function snapshotHead({ epoch, seq, at, tickMs }: Snapshot): string {
  return openEnded({ type: "snapshot", epoch, seq, at, tickMs, quotes: [] });
}

/** The message up to where its quotes stand, which is its last member. */
function openEnded(message: TickMessage | SnapshotMessage): string {
  return JSON.stringify(message).slice(0, -frameTail.length);
}
