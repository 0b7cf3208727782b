// Owns the upstream of a chaos run: its prices show when they were true, and it counts its calls. Does not know the service.

import { startAlbertUpstream } from "../../tools/albert_upstream.ts";

/** What the checks need to know. */
export interface PriceRecord {
  /** The time until which the upstream sent this price, Unix ms. Undefined if it never sent the price. */
  trueUntil(price: number): number | undefined;
}

export type Market = ReturnType<typeof startMarket>;

const stepMs = 250;
const firstCents = 10_000;

/** All tickers have the same price, which rises by one cent at each step. So every price shows its time. */
export function startMarket({ tickers, key }: { tickers: readonly string[]; key: string }) {
  let upstream = startAlbertUpstream({ port: 0, key });
  const port = Number(new URL(upstream.url).port);
  const stepsBeganAt: number[] = [];
  let callsBefore = 0;

  function step() {
    stepsBeganAt.push(Date.now());
    tellPrices();
  }

  function tellPrices() {
    const price = (firstCents + stepsBeganAt.length - 1) / 100;
    upstream.setPrices(Object.fromEntries(tickers.map((ticker) => [ticker, price])));
  }

  step();
  const timer = setInterval(step, stepMs);

  return {
    port,
    calls: () => callsBefore + upstream.calls().prices,
    trueUntil(price: number) {
      const index = price / 100 - firstCents;
      return index in stepsBeganAt ? stepsBeganAt[index + 1] ?? Infinity : undefined;
    },
    async stop() {
      // Closing the upstream resets its count.
      const stopped = upstream;
      callsBefore += stopped.calls().prices;
      upstream = { ...stopped, calls: () => ({ prices: 0, tickers: 0, lastTickers: [] }) };
      await stopped.close();
    },
    start() {
      upstream = startAlbertUpstream({ port, key });
      tellPrices();
    },
    async close() {
      clearInterval(timer);
      await upstream.close();
    },
  } satisfies PriceRecord & Record<string, unknown>;
}
