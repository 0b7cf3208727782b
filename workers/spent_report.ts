// Owns how the budgets survive a change of leader: each tick tells what was spent, and a new leader takes it over.

import type { Bus, SpentCalls } from "../lib/bus/bus.ts";
import type { Upstream } from "./upstream.ts";

export interface SpentReport {
  /** Undefined: no source has a limit. */
  make(): readonly SpentCalls[] | undefined;
  /** Takes over what the last tick tells, unless it was our own. */
  learn(last: { ownEpoch: number }): void;
}

/**
 * A leader may ask once more and vanish before its tick is out, so each report says that so much more was spent: as
 * much as the last mark did, and one call for newcomers.
 */
export function createSpentReport(
  { upstreams, bus }: { upstreams: readonly Upstream[]; bus: Pick<Bus, "latest"> },
): SpentReport {
  const isLimited = upstreams.some(({ allowance }) => allowance.budget.limits.length > 0);
  return {
    make() {
      if (!isLimited) return undefined;
      return upstreams.flatMap(({ name, allowance }) => {
        const ahead = allowance.lastTickCost() + 1;
        return allowance.budget.spent(ahead).map((spent) => ({ source: name, ...spent }));
      });
    },
    learn({ ownEpoch }) {
      const { epoch, at, spent } = bus.latest([]);
      // A bus that has never seen a tick tells that nobody polled; our own ticks tell what we know.
      if (epoch === 0 || epoch === ownEpoch) return;
      for (const { name, allowance } of upstreams) {
        if (spent) allowance.budget.learn(spent.filter(({ source }) => source === name));
        else allowance.budget.assumeSpent(at);
      }
    },
  };
}
