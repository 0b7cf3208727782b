// Owns the waiting of HTTP requests for a newcomer's first price. The wait is short and their number bounded.

import type { Bus, Snapshot } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { Ticker } from "../quote.ts";
import type { InterestPort } from "../hub/hub_ports.ts";

/** A page or a polling client waits this long for the first price of a ticker. */
export const firstPriceWaitMs = 1_200;

/** One request more is answered at once with what there is. */
export const waitingMax = 1_000;

interface Waiter {
  readonly tickers: readonly Ticker[];
  finish(): void;
}

export function createFirstPrices({ bus, clock, interest }: {
  bus: Pick<Bus, "latest">;
  clock: Clock;
  interest: {
    touch: InterestPort["touch"];
    isNewcomer(ticker: Ticker): boolean;
  };
}) {
  const waiters = new Set<Waiter>();

  function withoutFresh(tickers: readonly Ticker[]): Ticker[] {
    const fresh = new Set<Ticker>();
    for (const quote of bus.latest(tickers).quotes) if (!quote.stale) fresh.add(quote.ticker);
    return tickers.filter((ticker) => !fresh.has(ticker));
  }

  const fresh: InterestPort["fresh"] = function fresh(tickers, { signedIn, waitMs }) {
    interest.touch(tickers, { signedIn });
    const awaited = withoutFresh(tickers).filter(interest.isNewcomer);
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
    /** A tick came. */
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
