// Owns the local mirror of the latest quotes: a newer quote replaces an older one, never the reverse. Does no I/O.

import { BoundedMap } from "../bounded_map.ts";
import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { Quote, Ticker } from "../quote.ts";
import { compareVersions, type Version } from "../quote.ts";
import type { ChangedQuote, Snapshot, Tick, TickUpdate } from "./bus.ts";

export type TickHead = Omit<Tick, "quotes" | "unchanged" | "unchangedAsOf">;

export interface StoredQuote {
  readonly quote: Quote;
  /** The version of the tick that brought the quote. */
  readonly version: Version;
}

/** The quotes that Redis keeps for instances that missed ticks. */
export interface StoredSnapshot {
  readonly tick: TickHead;
  readonly quotes: readonly StoredQuote[];
}

/** Decides whether a quote is stale; lib/quote.ts owns the rule. */
export type IsStale = (
  quote: Pick<Quote, "session" | "seenAt">,
  options: { now: number; cadenceMs: number },
) => boolean;

export interface Mirror {
  /**
   * Undefined: the mirror is at this version or a later one, so it drops the whole tick.
   * A stale quote that was read again counts as changed, because its `stale` changed.
   */
  apply(tick: Tick): TickUpdate | undefined;
  /** Takes the newer quotes of a snapshot, as one tick of its version. Undefined: the snapshot has nothing newer. */
  restore(snapshot: StoredSnapshot): TickUpdate | undefined;
  /** True if the mirror would take the quote from a tick of that version. */
  accepts(quote: Quote, version: Version): boolean;
  latest(tickers: Iterable<Ticker>): Snapshot;
}

export interface MirrorOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly isStale: IsStale;
  readonly cadenceMs: number;
  /** Above this number the mirror drops the quotes that were not read for the longest time. */
  readonly tickersMax?: number;
}

export function createMirror(options: MirrorOptions): Mirror {
  const { clock, metrics, isStale, cadenceMs, tickersMax = 20_000 } = options;
  /** Ordered by the time of the last reading, the oldest first. */
  const stored = new BoundedMap<Ticker, StoredQuote>(tickersMax);
  let last: Omit<Snapshot, "quotes"> = { epoch: 0, seq: 0, at: 0, tickMs: cadenceMs, nextAt: 0 };

  function withStaleness(quote: Quote): Quote {
    const stale = isStale(quote, { now: clock.now(), cadenceMs: last.tickMs });
    return stale === quote.stale ? quote : { ...quote, stale };
  }

  function accepts(candidate: Quote, version: Version): boolean {
    const present = stored.get(candidate.ticker);
    if (!present) return true;
    const { quote } = present;
    if (candidate.source !== quote.source && withStaleness(quote).stale) return true;
    if (candidate.asOf !== quote.asOf) return candidate.asOf > quote.asOf;
    return compareVersions(version, present.version) > 0;
  }

  function replace({ quote, version }: StoredQuote): ChangedQuote {
    const previous = stored.get(quote.ticker)?.quote;
    const onlyPrice = previous !== undefined && onlyPriceDiffers(withStaleness(previous), quote);
    stored.set(quote.ticker, { quote, version });
    return { quote, onlyPrice };
  }

  function applyQuotes({ quotes, epoch, seq }: Tick): ChangedQuote[] {
    const changed: ChangedQuote[] = [];
    for (const quote of quotes) {
      if (accepts(quote, { epoch, seq })) changed.push(replace({ quote, version: { epoch, seq } }));
      else metrics.quotesDropped.inc();
    }
    return changed;
  }

  function applyUnchanged({ unchanged, at, unchangedAsOf }: Tick): ChangedQuote[] {
    const changed: ChangedQuote[] = [];
    for (const ticker of unchanged) {
      const returned = refresh(ticker, { seenAt: at, asOf: unchangedAsOf ?? 0 });
      if (returned) changed.push(returned);
    }
    return changed;
  }

  /** Takes the times of a quote that was read again and is the same. It counts as a change only if it was stale. */
  function refresh(ticker: Ticker, { seenAt, asOf }: Pick<Quote, "seenAt" | "asOf">) {
    const present = stored.get(ticker);
    if (!present) return undefined;
    const previous = present.quote;
    const quote = withStaleness({
      ...previous,
      asOf: Math.max(previous.asOf, asOf),
      seenAt: Math.max(previous.seenAt, seenAt),
    });
    stored.set(ticker, { quote, version: present.version });
    const isFreshAgain = withStaleness(previous).stale && !quote.stale;
    return isFreshAgain ? { quote, onlyPrice: false } : undefined;
  }

  function restoreQuotes({ tick, quotes }: StoredSnapshot) {
    const changed: ChangedQuote[] = [];
    const unchanged: Ticker[] = [];
    for (const { quote, version } of quotes) {
      const isNewer = accepts(quote, version);
      const change = isNewer
        ? replace({ quote: withStaleness(quote), version })
        : refreshIfSame(quote);
      if (change) changed.push(change);
      else if (quote.seenAt === tick.at) unchanged.push(quote.ticker);
    }
    return { changed, unchanged };
  }

  function refreshIfSame(quote: Quote) {
    const previous = stored.get(quote.ticker)?.quote;
    const isSame = previous?.source === quote.source && previous.price === quote.price;
    return isSame && quote.seenAt > previous.seenAt ? refresh(quote.ticker, quote) : undefined;
  }

  function moveTo({ epoch, seq, at, tickMs, nextAt, spent }: TickHead) {
    last = { epoch, seq, at, tickMs, nextAt, ...(spent && { spent }) };
    metrics.lastTickAt.set(at / 1_000);
  }

  return {
    apply(tick) {
      if (compareVersions(tick, last) <= 0) {
        metrics.ticksDropped.inc();
        return undefined;
      }
      const changed = [...applyQuotes(tick), ...applyUnchanged(tick)];
      moveTo(tick);
      return { tick, changed };
    },
    restore(snapshot) {
      const { changed, unchanged } = restoreQuotes(snapshot);
      const isNewer = compareVersions(snapshot.tick, last) > 0;
      if (!isNewer && changed.length === 0) return undefined;
      if (isNewer) moveTo(snapshot.tick);
      const quotes = changed.map(({ quote }) => quote);
      return { tick: { ...last, kind: "mark", quotes, unchanged }, changed };
    },
    accepts,
    latest(tickers) {
      const quotes: Quote[] = [];
      for (const ticker of tickers) {
        const present = stored.get(ticker);
        if (present) quotes.push(withStaleness(present.quote));
      }
      return { ...last, quotes };
    },
  };
}

function onlyPriceDiffers(previous: Quote, next: Quote): boolean {
  return previous.previousClose === next.previousClose && previous.session === next.session &&
    previous.source === next.source && previous.stale === next.stale;
}
