// Owns the local mirror of the latest quotes: newest wins, never backwards. Does no I/O.

import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { Quote, Ticker } from "../quote.ts";
import { compareVersions, type Version } from "../quote.ts";
import type { ChangedQuote, Snapshot, Tick, TickUpdate } from "./bus.ts";

export type TickHead = Omit<Tick, "quotes" | "unchanged" | "unchangedAsOf">;

export interface StoredQuote {
  readonly quote: Quote;
  /** Of the tick that brought it. */
  readonly version: Version;
}

/** What a backbone holds for those who missed ticks. */
export interface StoredSnapshot {
  readonly tick: TickHead;
  readonly quotes: readonly StoredQuote[];
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
  /** Takes what a snapshot knows better, as one tick at its version. Undefined: nothing. */
  restore(snapshot: StoredSnapshot): TickUpdate | undefined;
  /** True when the quote would be taken from a tick of that version. */
  accepts(quote: Quote, version: Version): boolean;
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

export function createMirror(options: MirrorOptions): Mirror {
  const { clock, metrics, isStale, cadenceMs, tickersMax = 20_000 } = options;
  /** In the order of their last reading, the longest unread first. */
  const held = new Map<Ticker, StoredQuote>();
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

  function replace({ quote, version }: StoredQuote): ChangedQuote {
    const former = held.get(quote.ticker)?.quote;
    const onlyPrice = former !== undefined && onlyPriceDiffers(withStaleness(former), quote);
    keep(quote, version);
    return { quote, onlyPrice };
  }

  function takeQuotes({ quotes, epoch, seq }: Tick): ChangedQuote[] {
    const changed: ChangedQuote[] = [];
    for (const quote of quotes) {
      if (accepts(quote, { epoch, seq })) changed.push(replace({ quote, version: { epoch, seq } }));
      else metrics.quotesDropped.inc();
    }
    return changed;
  }

  function takeUnchanged({ unchanged, at, unchangedAsOf }: Tick): ChangedQuote[] {
    const changed: ChangedQuote[] = [];
    for (const ticker of unchanged) {
      const returned = refresh(ticker, { seenAt: at, asOf: unchangedAsOf ?? 0 });
      if (returned) changed.push(returned);
    }
    return changed;
  }

  /** Read again and the same: a change only when it had become stale. */
  function refresh(ticker: Ticker, { seenAt, asOf }: Pick<Quote, "seenAt" | "asOf">) {
    const present = held.get(ticker);
    if (!present) return undefined;
    const former = present.quote;
    const quote = withStaleness({
      ...former,
      asOf: Math.max(former.asOf, asOf),
      seenAt: Math.max(former.seenAt, seenAt),
    });
    keep(quote, present.version);
    const isBack = withStaleness(former).stale && !quote.stale;
    return isBack ? { quote, onlyPrice: false } : undefined;
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
    const former = held.get(quote.ticker)?.quote;
    const isSame = former?.source === quote.source && former.price === quote.price;
    return isSame && quote.seenAt > former.seenAt ? refresh(quote.ticker, quote) : undefined;
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
      const changed = [...takeQuotes(tick), ...takeUnchanged(tick)];
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
