// Owns the wait of HTTP requests for a first price. The wait is short, and the number of waiting requests is bounded.

import type { Bus, Snapshot } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { Ticker } from "../quote.ts";
import type { Book } from "./book.ts";
import type { RequestInterest } from "./interest.ts";

/** Past it a request is answered at once, with the prices that are there. */
export const waitingMax = 1_000;

interface Waiter {
  readonly tickers: readonly Ticker[];
  finish(): void;
}

export function createFirstPrices({ bus, clock, book, touch }: {
  bus: Pick<Bus, "latest">;
  clock: Clock;
  book: Pick<Book, "isNewcomer">;
  touch: RequestInterest["touch"];
}) {
  const waiters = new Set<Waiter>();

  function withoutFresh(tickers: readonly Ticker[]): Ticker[] {
    const fresh = new Set<Ticker>();
    for (const quote of bus.latest(tickers).quotes) if (!quote.stale) fresh.add(quote.ticker);
    return tickers.filter((ticker) => !fresh.has(ticker));
  }

  const fresh: RequestInterest["fresh"] = function fresh(tickers, { asker, waitMs }) {
    touch(tickers, asker);
    const awaited = withoutFresh(tickers).filter(book.isNewcomer);
    if (awaited.length === 0 || waitMs <= 0 || waiters.size >= waitingMax) {
      return Promise.resolve(bus.latest(tickers));
    }
    return new Promise<Snapshot>((resolve) => {
      const waiter = { tickers: awaited, finish };
      const cancel = clock.after(waitMs, finish);
      waiters.add(waiter);

      function finish() {
        cancel();
        waiters.delete(waiter);
        resolve(bus.latest(tickers));
      }
    });
  };

  return {
    fresh,
    /** Answers the requests whose prices have come with a tick. */
    check(): void {
      for (const waiter of waiters) {
        if (withoutFresh(waiter.tickers).length === 0) waiter.finish();
      }
    },
    stop(): void {
      for (const waiter of waiters) waiter.finish();
    },
  };
}
