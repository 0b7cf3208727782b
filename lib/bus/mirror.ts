// Owns the local mirror of the latest quotes: newest wins, never backwards. Does no I/O.

import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { Quote, Ticker } from "../quote.ts";
import { compareVersions, type Version } from "../quote.ts";
import type { Snapshot, Tick, TickUpdate } from "./bus.ts";

export interface ChangedQuote {
  readonly quote: Quote;
  /** Nothing but price and age differs from what the mirror held. */
  readonly onlyPrice: boolean;
}

/** Decides staleness; the rule itself lives in lib/market. */
export type IsStale = (
  quote: Pick<Quote, "session" | "seenAt">,
  options: { now: number; cadenceMs: number },
) => boolean;

export interface Mirror {
  /**
   * Undefined: the whole tick is older than what the mirror holds.
   * A stale quote that was read again unchanged counts as changed: its `stale` has.
   */
  apply(tick: Tick): TickUpdate | undefined;
  latest(tickers: Iterable<Ticker>): Snapshot;
}

export interface MirrorOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly isStale: IsStale;
  readonly cadenceMs: number;
  /** Past it the quotes that were not read for the longest time are dropped. */
  readonly tickersMax?: number;
}

interface Held {
  readonly quote: Quote;
  readonly version: Version;
}

export function createMirror(options: MirrorOptions): Mirror {
  const { clock, metrics, isStale, cadenceMs, tickersMax = 20_000 } = options;
  /** In the order of their last reading, the longest unread first. */
  const held = new Map<Ticker, Held>();
  let last: Omit<Snapshot, "quotes"> = { epoch: 0, seq: 0, at: 0, tickMs: cadenceMs, nextAt: 0 };

  function withStaleness(quote: Quote): Quote {
    const stale = isStale(quote, { now: clock.now(), cadenceMs: last.tickMs });
    return stale === quote.stale ? quote : { ...quote, stale };
  }

  function accepts(candidate: Quote, version: Version): boolean {
    const present = held.get(candidate.ticker);
    if (!present) return true;
    const { quote } = present;
    if (candidate.source !== quote.source && withStaleness(quote).stale) return true;
    if (candidate.asOf !== quote.asOf) return candidate.asOf > quote.asOf;
    return compareVersions(version, present.version) > 0;
  }

  function keep(quote: Quote, version: Version) {
    held.delete(quote.ticker);
    held.set(quote.ticker, { quote, version });
    if (held.size <= tickersMax) return;
    const longestUnread = held.keys().next();
    if (!longestUnread.done) held.delete(longestUnread.value);
  }

  function takeQuotes({ quotes, epoch, seq }: Tick): ChangedQuote[] {
    const changed: ChangedQuote[] = [];
    for (const quote of quotes) {
      if (!accepts(quote, { epoch, seq })) {
        metrics.quotesDropped.inc();
        continue;
      }
      const former = held.get(quote.ticker)?.quote;
      const onlyPrice = former !== undefined && onlyPriceDiffers(withStaleness(former), quote);
      changed.push({ quote, onlyPrice });
      keep(quote, { epoch, seq });
    }
    return changed;
  }

  function takeUnchanged({ unchanged, at, unchangedAsOf }: Tick): ChangedQuote[] {
    const changed: ChangedQuote[] = [];
    for (const ticker of unchanged) {
      const present = held.get(ticker);
      if (!present) continue;
      const former = present.quote;
      const quote = {
        ...former,
        asOf: Math.max(former.asOf, unchangedAsOf ?? former.asOf),
        seenAt: Math.max(former.seenAt, at),
        stale: false,
      };
      if (withStaleness(former).stale) changed.push({ quote, onlyPrice: false });
      keep(quote, present.version);
    }
    return changed;
  }

  return {
    apply(tick) {
      if (compareVersions(tick, last) <= 0) {
        metrics.ticksDropped.inc();
        return undefined;
      }
      const changed = [...takeQuotes(tick), ...takeUnchanged(tick)];
      const { epoch, seq, at, tickMs, nextAt } = tick;
      last = { epoch, seq, at, tickMs, nextAt };
      metrics.lastTickAt.set(at / 1_000);
      return { tick, changed };
    },
    latest(tickers) {
      const quotes: Quote[] = [];
      for (const ticker of tickers) {
        const present = held.get(ticker);
        if (present) quotes.push(withStaleness(present.quote));
      }
      return { ...last, quotes };
    },
  };
}

function onlyPriceDiffers(former: Quote, latter: Quote): boolean {
  return former.previousClose === latter.previousClose && former.session === latter.session &&
    former.source === latter.source && former.stale === latter.stale;
}
