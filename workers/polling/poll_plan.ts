// Owns what is read when: the cadence, and the tickers that a mark or newcomers may read within the budget. Makes no call.

import { BoundedMap } from "../../lib/bounded_map.ts";
import type { Bus, Interest } from "../../lib/bus/bus.ts";
import type { Clock } from "../../lib/clock.ts";
import { marketsAt } from "../../lib/market/hours.ts";
import type { Ticker } from "../../lib/quote.ts";
import type { Upstream } from "../upstream/upstreams.ts";
import { createCadence } from "./cadence.ts";

export interface PollPlan {
  /** The present cadence. */
  readonly cadenceMs: number;
  /**
   * What this mark reads: all that is wanted, if the budget allows. Otherwise first the short lists of signed-in viewers,
   * at the cadence; the rest take turns, the more often the better their rank. Of a closed market, only what was not read
   * since it closed.
   */
  forMark(wanted: Interest): readonly Ticker[];
  /** The first of these that newcomers' reserve allows to read now. */
  forNewcomers(tickers: readonly Ticker[]): readonly Ticker[];
  /** Notes tickers that were answered, even without a price. */
  wereRead(tickers: Iterable<Ticker>): void;
  /** True if there is nothing to read until something changes: no viewer, or closed markets with every price read. */
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
/** Ranks below it belong to lists of up to 25 tickers, and to the heads of lists of up to 50. */
const shortListRankMax = 50;
/** The part of a mark that short lists may take without a slower cadence; the rest is for long lists and visitors. */
const firstShare = 0.75;

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

  /** A closing price is right only if it was read after the close: it is read once, then no more. */
  function due(wanted: Interest): Interest {
    const { hours, marketOf } = present();
    if (hours === "always") return wanted;
    const { isAnyClosed, closedSince } = marketsAt(clock.now());
    if (!isAnyClosed) return wanted;
    const { signedIn, anonymous } = wanted;
    function isDue(ticker: Ticker): boolean {
      const closedAt = closedSince(marketOf(ticker));
      return closedAt === undefined || lastReadAt(ticker) < closedAt;
    }
    return { ...wanted, signedIn: signedIn.filter(isDue), anonymous: anonymous.filter(isDue) };
  }

  /** A ticker that was never read comes first. A ticker of rank 200 waits twice as long as one of rank 100. */
  function inTurn(tickers: readonly Ticker[], ranks: Interest["ranks"]): Ticker[] {
    const now = clock.now();
    return tickers
      .map((ticker) => {
        const rank = rankOf(ticker, ranks);
        const waitedMs = now - Math.max(lastReadAt(ticker), askedAt.get(ticker));
        return { ticker, rank, turn: waitedMs / rank };
      })
      .sort((a, b) => a.turn === b.turn ? a.rank - b.rank : b.turn - a.turn)
      .map(({ ticker }) => ticker);
  }

  /** What must keep the cadence if the budget is short. Who wants much waits then, so that it slows nobody else down. */
  function shortLists({ signedIn, anonymous, ranks }: Interest): Ticker[] {
    const isShort = (ticker: Ticker) => rankOf(ticker, ranks) < shortListRankMax;
    const users = signedIn.filter(isShort);
    return users.length > 0 ? users : anonymous.filter(isShort);
  }

  return {
    get cadenceMs() {
      return cadence.ms;
    },
    forMark(wanted) {
      const source = present();
      const { allowance } = source;
      const interest = due(wanted);
      const all = [...interest.signedIn, ...interest.anonymous];
      const first = shortLists(interest);
      const tickCost = source.costOf(all.length);
      const firstCost = first.length > 0 ? source.costOf(first.length) / firstShare : Infinity;
      cadence.choose({
        tickCost: Math.min(tickCost, firstCost),
        ratePerMs: allowance.ratePerMs(),
        now: clock.now(),
      });
      const spendable = allowance.forMark(cadence.ms);
      if (tickCost <= spendable) {
        allowance.spentByMark(tickCost);
        return all;
      }
      const { ranks } = interest;
      const rest = new Set(all).difference(new Set(first));
      const ranked = [...inTurn(first, ranks), ...inTurn([...rest], ranks)];
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

function rankOf(ticker: Ticker, ranks: Interest["ranks"]): number {
  return Math.max(1, ranks?.get(ticker) ?? 1);
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
