// Owns how the budgets survive a change of leader: ticks tell what was spent and what may be next. Spends nothing.

import type { Bus, SpentCalls } from "../../lib/bus/bus.ts";
import type { Clock } from "../../lib/clock.ts";
import { foretoldMsMax, type Upstream } from "../upstream/upstreams.ts";

export interface SpentReport {
  /** Foretells as much as the last mark spent and one call for newcomers; at least calls for so many tickers. */
  make(tickers?: number): Report;
  /** True: a report that is out foretold calls for so many tickers. They are used up by it. */
  allows(tickers: number): boolean;
  /** Takes over what the last tick tells, unless it was our own. */
  learn(last: { ownEpoch: number }): void;
}

export interface Report {
  /** Undefined: no source has a limit. */
  readonly spent: readonly SpentCalls[] | undefined;
  /** The bus has it. */
  isOut(): void;
}

/**
 * A leader may ask and vanish before its tick is out. So it asks only for what a report has foretold as spent: whoever
 * leads next counts it, whether the calls were made or not.
 */
export function createSpentReport(
  { upstreams, bus, clock }: {
    upstreams: readonly Upstream[];
    bus: Pick<Bus, "latest">;
    clock: Clock;
  },
): SpentReport {
  const limited = upstreams.filter(({ allowance }) => allowance.budget.limits.length > 0);
  /** Of each source: the calls that were foretold and not used yet, and all that were ever used. */
  const foretold = new Map<Upstream, number>();
  const used = new Map<Upstream, number>();
  let foretoldUntil = -Infinity;

  return {
    make(tickers = 0) {
      const until = clock.now() + foretoldMsMax;
      const told = limited.map((upstream) => {
        const usual = upstream.allowance.lastTickCost();
        const calls = Math.max(usual, upstream.costOf(tickers)) + 1;
        return { upstream, calls, usedBefore: used.get(upstream) ?? 0 };
      });
      // Until the bus has answered it may hold this report or the one before.
      for (const { upstream, calls } of told) {
        foretold.set(upstream, Math.min(foretold.get(upstream) ?? 0, calls));
      }
      const spent = told.flatMap(({ upstream: { name, allowance }, calls }) =>
        allowance.budget.spent(calls).map((spent) => ({ source: name, ...spent }))
      );
      return {
        spent: limited.length > 0 ? spent : undefined,
        isOut() {
          foretoldUntil = until;
          for (const { upstream, calls, usedBefore } of told) {
            foretold.set(upstream, calls - ((used.get(upstream) ?? 0) - usedBefore));
          }
        },
      };
    },
    allows(tickers) {
      if (limited.length > 0 && clock.now() > foretoldUntil) return false;
      const asked = limited.map((upstream) => ({ upstream, calls: upstream.costOf(tickers) }));
      if (asked.some(({ upstream, calls }) => calls > (foretold.get(upstream) ?? 0))) return false;
      for (const { upstream, calls } of asked) {
        foretold.set(upstream, (foretold.get(upstream) ?? 0) - calls);
        used.set(upstream, (used.get(upstream) ?? 0) + calls);
      }
      return true;
    },
    learn({ ownEpoch }) {
      const { epoch, at, spent } = bus.latest([]);
      foretold.clear();
      // A bus that has never seen a tick tells that nobody polled; our own ticks tell what we know.
      if (epoch === 0 || epoch === ownEpoch) return;
      for (const { name, allowance } of upstreams) {
        if (spent) allowance.budget.learn(spent.filter(({ source }) => source === name));
        else allowance.budget.assumeSpent(at);
      }
    },
  };
}
