// Owns sending a tick: what of it Redis must store, and when it must be told in full. Numbers and schedules nothing.

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
    /** The version Redis held before. */
    readonly previous: Version;
    /** As all instances receive it. */
    readonly sent: Tick;
  };

export function createRedisPublisher({ client, mirror }: { client: RedisClient; mirror: Mirror }) {
  /** What was told in full in this epoch, and Redis kept. */
  let sentInFull = { epoch: 0, tickers: new Set<Ticker>() };

  /**
   * "Unchanged" only means something to those who hold the same as we do. After a takeover, an unknown outcome or
   * a Redis that lost its data that is not certain, so each ticker is told in full before it is called unchanged.
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

  /** What every mirror would drop must not replace the newer price in the snapshot either. */
  function withoutOutdated(tick: Tick): Tick {
    return { ...tick, quotes: tick.quotes.filter((quote) => mirror.accepts(quote, tick)) };
  }

  return {
    async publish(tick: Tick, { holder, epoch }: Lease): Promise<Published> {
      if (sentInFull.epoch !== epoch) sentInFull = { epoch, tickers: new Set() };
      const sent = withoutOutdated(inFull(tick));
      const { tickers } = sentInFull;
      // Until the answer is there, the outcome is unknown.
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
