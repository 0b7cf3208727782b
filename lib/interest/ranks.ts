// Owns which tickers are read first when the budget is short: those of short lists before those of long ones, the head of a list before its tail.

import type { Clock } from "../clock.ts";
import type { Ticker } from "../quote.ts";
import type { Viewing } from "./interest.ts";

/** A ticker that was asked for a moment ago, until it is ranked: as in a long list. */
const unranked = 200;
/** Up to this number of viewings, ranks are made new at once, whenever they are needed. */
const fewMax = 1_000;
/** More viewings are ranked this often: 100,000 of them take a tenth of a second, in chunks. */
const refreshMs = 10_000;
/** About 1 ms of work; requests are served between two chunks. */
const chunkSize = 1_000;

export type Ranks = ReturnType<typeof createRanks>;

/**
 * Smaller ranks are read first. In a list of n tickers the first has the rank n and the last 2n - 1, where the list is
 * all that its asker wants. So who wants much waits, not the others. A ticker has the best rank that an asker gives it,
 * improved a little by the number of its askers: a hundred accounts with one long list do not outrank a short list.
 */
export function createRanks(
  { clock, viewings }: { clock: Clock; viewings: () => Iterable<Viewing> },
) {
  let ranks: ReadonlyMap<Ticker, number> = new Map();
  let refreshedAt = -Infinity;
  let isFew = true;
  let isOutdated = true;
  let isRefreshing = false;

  /** Pauses after each chunk. */
  function* rank(): Generator<void> {
    const turns = new Map<Ticker, { best: number; askers: number }>();
    yield* inChunks(yield* byAsker(), (list) => countTurns(turns, list));
    ranks = new Map(
      turns.entries().map(([ticker, { best, askers }]) => [
        ticker,
        Math.max(1, Math.round(best / (1 + Math.log2(askers) / 4))),
      ]),
    );
  }

  /** What each asker wants; a ticker of several sockets once. */
  function* byAsker(): Generator<void, Iterable<Viewing["viewed"]>> {
    const lists = new Map<string, Viewing["viewed"]>();
    const unions = new Map<string, Map<Ticker, { readonly ticker: Ticker }>>();
    let count = 0;
    yield* inChunks(viewings(), ({ asker: { id }, viewed }) => {
      count++;
      const known = lists.get(id);
      if (!known) return lists.set(id, viewed);
      const union = unions.get(id) ?? new Map(known.map((item) => [item.ticker, item]));
      for (const item of viewed) if (!union.has(item.ticker)) union.set(item.ticker, item);
      unions.set(id, union);
    });
    isFew = count <= fewMax;
    for (const [id, union] of unions) lists.set(id, [...union.values()]);
    return lists.values();
  }

  async function goOn(steps: Generator<void>) {
    do await clock.sleep(0); while (!steps.next().done);
    isRefreshing = false;
  }

  return {
    /** Somebody wants something else now. */
    outdate: () => isOutdated = true,
    /** Few viewings are ranked within the call, many soon after it. */
    refresh(): void {
      const isSoon = !isFew && clock.now() - refreshedAt < refreshMs;
      if (!isOutdated || isRefreshing || isSoon) return;
      isOutdated = false;
      refreshedAt = clock.now();
      const steps = rank();
      isRefreshing = !steps.next().done;
      if (isRefreshing) void goOn(steps);
    },
    rankOf: (ticker: Ticker): number => ranks.get(ticker) ?? unranked,
  };
}

function countTurns(
  turns: Map<Ticker, { best: number; askers: number }>,
  list: Viewing["viewed"],
) {
  let turn = list.length;
  for (const { ticker } of list) {
    const present = turns.get(ticker);
    if (present) {
      present.askers++;
      if (turn < present.best) present.best = turn;
    } else turns.set(ticker, { best: turn, askers: 1 });
    turn++;
  }
}

function* inChunks<Item>(items: Iterable<Item>, visit: (item: Item) => void): Generator<void> {
  let visited = 0;
  for (const item of items) {
    visit(item);
    if (++visited % chunkSize === 0) yield;
  }
}
