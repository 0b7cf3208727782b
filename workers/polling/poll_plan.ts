// Owns what is read when: the cadence, and the tickers that a mark or newcomers may read within the budget. Makes no call.

import { BoundedMap } from "../../lib/bounded_map.ts";
import type { Bus, Interest } from "../../lib/bus/bus.ts";
import type { Clock } from "../../lib/clock.ts";
import { calendar } from "../../lib/market/calendar.ts";
import type { Ticker } from "../../lib/quote.ts";
import type { Upstream } from "../upstream/upstreams.ts";
import { createCadence } from "./cadence.ts";

export interface PollPlan {
  /** The present cadence. */
  readonly cadenceMs: number;
  /**
   * What this mark reads: all that is wanted, if the budget allows. Otherwise what signed-in viewers want, then what
   * others want, each the longest unread first. With the market closed, only what was not read since it closed.
   */
  forMark(wanted: Interest): readonly Ticker[];
  /** The first of these that newcomers' reserve allows to read now. */
  forNewcomers(tickers: readonly Ticker[]): readonly Ticker[];
  /** Notes tickers that were answered, even without a price. */
  wereRead(tickers: Iterable<Ticker>): void;
  /** True if there is nothing to read until something changes: no viewer, or a closed market with every price read. */
  isIdle(wanted: Interest): boolean;
}

export interface PollPlanOptions {
  readonly present: () => Upstream;
  readonly bus: Pick<Bus, "latest">;
  readonly clock: Clock;
  readonly pollIntervalMs: number;
}

/** Past it the oldest time is forgotten: the bus's mirror has most of them. */
const rememberedMax = 20_000;

export function createPollPlan(options: PollPlanOptions): PollPlan {
  const { present, bus, clock, pollIntervalMs } = options;
  const cadence = createCadence(pollIntervalMs);
  const askedAt = createMemory();
  const readAt = createMemory();

  /** The time of the last reading, by this or another instance. */
  function lastReadAt(ticker: Ticker): number {
    const seenAt = bus.latest([ticker]).quotes[0]?.seenAt ?? -Infinity;
    return Math.max(readAt.get(ticker), seenAt);
  }

  function isClosed(): boolean {
    return present().hours === "exchange" && calendar.sessionAt(clock.now()) === "closed";
  }

  /** A closing price is right only if it was read after the close: it is read once, then no more. */
  function due({ signedIn, anonymous }: Interest): Interest {
    if (!isClosed()) return { signedIn, anonymous };
    const closedAt = calendar.lastClose(clock.now());
    const isUnread = (ticker: Ticker) => lastReadAt(ticker) < closedAt;
    return { signedIn: signedIn.filter(isUnread), anonymous: anonymous.filter(isUnread) };
  }

  function longestUnreadFirst(tickers: readonly Ticker[]): Ticker[] {
    return tickers
      .map((ticker) => ({ ticker, at: Math.max(lastReadAt(ticker), askedAt.get(ticker)) }))
      .sort((a, b) => a.at - b.at)
      .map(({ ticker }) => ticker);
  }

  return {
    get cadenceMs() {
      return cadence.ms;
    },
    forMark(wanted) {
      const source = present();
      const { allowance } = source;
      const { signedIn, anonymous } = due(wanted);
      const all = [...signedIn, ...anonymous];
      const tickCost = source.costOf(all.length);
      cadence.choose({ tickCost, ratePerMs: allowance.ratePerMs(), now: clock.now() });
      const spendable = allowance.forMark(cadence.ms);
      if (tickCost <= spendable) {
        allowance.spentByMark(tickCost);
        return all;
      }
      const ranked = [...longestUnreadFirst(signedIn), ...longestUnreadFirst(anonymous)];
      const tickers = ranked.slice(0, source.tickersFor(spendable));
      allowance.spentByMark(source.costOf(tickers.length));
      askedAt.set(tickers, clock.now());
      return tickers;
    },
    forNewcomers(tickers) {
      const source = present();
      const { allowance } = source;
      const read = tickers.slice(0, source.tickersFor(allowance.forNewcomers()));
      allowance.spentByNewcomers(source.costOf(read.length));
      return read;
    },
    wereRead: (tickers) => readAt.set(tickers, clock.now()),
    isIdle(wanted) {
      const { signedIn, anonymous } = due(wanted);
      return signedIn.length + anonymous.length === 0;
    },
  };
}

/** When something last happened to each ticker. */
function createMemory() {
  const times = new BoundedMap<Ticker, number>(rememberedMax);
  return {
    get: (ticker: Ticker) => times.get(ticker) ?? -Infinity,
    set(tickers: Iterable<Ticker>, at: number) {
      for (const ticker of tickers) times.set(ticker, at);
    },
  };
}
