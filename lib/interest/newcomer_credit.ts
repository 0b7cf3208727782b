// Owns how many tickers each asker may have read between two marks: credit that is used up, and grows with time.

import { BoundedMap } from "../bounded_map.ts";
import type { Clock } from "../clock.ts";
import type { Asker } from "./interest.ts";

/** At once: most of a user's lists, or all that an anonymous socket may have. A ticker costs one call at most. */
export const creditMax = { user: 100, network: 25 } as const;
/** As often as the marks of a minute. So an asker at most doubles the calls of one ticker. */
export const creditPerMinute = 12;
/** Above it the asker that was charged longest ago has its full credit again, as it nearly had anyway. About 10 MB. */
const askersMax = 50_000;

export type NewcomerCredit = ReturnType<typeof createNewcomerCredit>;

/** Its time is the service's clock, so that a simulated run is the same each time. */
export function createNewcomerCredit({ clock }: { clock: Clock }) {
  const accounts = new BoundedMap<string, { credit: number; at: number }>(askersMax);

  return {
    /** Charges the asker for one ticker. False if its credit is used up: the ticker waits for the next mark. */
    take({ id, signedIn }: Asker): boolean {
      const most = signedIn ? creditMax.user : creditMax.network;
      const now = clock.now();
      const { credit, at } = accounts.get(id) ?? { credit: most, at: now };
      const grown = Math.min(most, credit + Math.max(0, now - at) * creditPerMinute / 60_000);
      // Rates are quotients: a result just below a whole unit counts as this unit.
      const isEnough = grown >= 1 - 1e-6;
      accounts.set(id, { credit: isEnough ? grown - 1 : grown, at: now });
      return isEnough;
    },
  };
}
