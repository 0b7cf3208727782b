// Owns publishing a tick to Redis: decides which quotes must be sent in full. Does not number or schedule ticks.

import type { Quote, Ticker, Version } from "../../quote.ts";
import type { Lease, Tick } from "../bus.ts";
import type { Mirror } from "../mirror.ts";
import type { RedisClient } from "./client.ts";
import { parsePublished } from "./replies.ts";
import { encodeHead, encodeQuote, encodeReading } from "../wire.ts";

export type Published =
  | { readonly outcome: "stale_epoch" }
  | {
    readonly outcome: "published";
    /** The version of the tick before this one in Redis. */
    readonly previous: Version;
    /** The tick as all instances receive it. */
    readonly sent: Tick;
  };

export function createRedisPublisher({ client, mirror }: { client: RedisClient; mirror: Mirror }) {
  /** Tickers whose quotes were sent in full in this epoch, and that Redis stored. */
  let sentInFull = { epoch: 0, tickers: new Set<Ticker>() };

  /**
   * "Unchanged" has a meaning only for an instance that has the same quote as this one. That is not certain after a
   * takeover, after an unknown outcome, and after Redis lost its data: then each quote is sent in full once.
   */
  function inFull(tick: Tick): Tick {
    const { at, unchangedAsOf = 0 } = tick;
    const notYetSent = tick.unchanged.filter((ticker) => !sentInFull.tickers.has(ticker));
    const full = mirror.latest(notYetSent).quotes.map((quote): Quote => ({
      ...quote,
      asOf: Math.max(quote.asOf, unchangedAsOf),
      seenAt: Math.max(quote.seenAt, at),
      stale: false,
    }));
    const repeated = new Set(full.map(({ ticker }) => ticker));
    return {
      ...tick,
      quotes: [...tick.quotes, ...full],
      unchanged: tick.unchanged.filter((ticker) => !repeated.has(ticker)),
    };
  }

  /** A quote that every mirror drops must not replace the newer one in the snapshot. */
  function withoutOutdated(tick: Tick): Tick {
    return { ...tick, quotes: tick.quotes.filter((quote) => mirror.accepts(quote, tick)) };
  }

  return {
    async publish(tick: Tick, { holder, epoch }: Lease): Promise<Published> {
      if (sentInFull.epoch !== epoch) sentInFull = { epoch, tickers: new Set() };
      const sent = withoutOutdated(inFull(tick));
      const { tickers } = sentInFull;
      // The outcome is unknown until Redis answers.
      sentInFull = { epoch, tickers: new Set() };
      const reply = parsePublished(
        await client.run("publish", [
          ...[holder, epoch, tick.seq, encodeHead(sent), encodeReading(sent), sent.quotes.length],
          ...sent.quotes.flatMap((quote) => [quote.ticker, encodeQuote(quote, sent)]),
          ...sent.unchanged,
        ]),
      );
      if (reply.outcome === "stale_epoch") return reply;
      if (!reply.isSnapshotKept) tickers.clear();
      for (const { ticker } of sent.quotes) tickers.add(ticker);
      sentInFull = { epoch, tickers };
      return { outcome: "published", previous: reply.previous, sent };
    },
  };
}
