// Owns how budgets survive a change of leader: ticks carry what was spent and what is reserved. Spends nothing.

import type { Bus, SpentCalls } from "../../lib/bus/bus.ts";
import type { Clock } from "../../lib/clock.ts";
import { reservedMsMax, type Upstream } from "../upstream/upstreams.ts";

export interface SpentReport {
  /** Reserves what the last mark spent and one call for newcomers; at least the calls for this number of tickers. */
  make(tickers?: number): Report;
  /** True if a published report reserved calls for this number of tickers. The reservation is used up. */
  allows(tickers: number): boolean;
  /** Takes over what the last tick carries, unless it was our own. */
  learn(last: { ownEpoch: number }): void;
}

export interface Report {
  /** Undefined if no source has a limit. */
  readonly spent: readonly SpentCalls[] | undefined;
  /** Called once the bus has the report. */
  published(): void;
}

/**
 * A leader may make calls and vanish before its tick is published. So it makes only calls that a published report has
 * reserved: the next leader counts them, whether they were made or not.
 */
export function createSpentReport(
  { upstreams, bus, clock }: {
    upstreams: readonly Upstream[];
    bus: Pick<Bus, "latest">;
    clock: Clock;
  },
): SpentReport {
  const limited = upstreams.filter(({ ledger }) => ledger.limits.length > 0);
  /** For each source: the reserved calls that are not used yet, and all calls that were ever used. */
  const reserved = new Map<Upstream, number>();
  const used = new Map<Upstream, number>();
  let reservedUntil = -Infinity;

  return {
    make(tickers = 0) {
      const until = clock.now() + reservedMsMax;
      const reports = limited.map((upstream) => {
        const usual = upstream.allowance.lastMarkCost();
        const calls = Math.max(usual, upstream.costOf(tickers)) + upstream.searchCost() + 1;
        return { upstream, calls, usedBefore: used.get(upstream) ?? 0 };
      });
      // Until the bus has answered, it may have this report or the one before.
      for (const { upstream, calls } of reports) {
        reserved.set(upstream, Math.min(reserved.get(upstream) ?? 0, calls));
      }
      const spent = reports.flatMap(({ upstream: { name, ledger }, calls }) =>
        ledger.report(calls).map((use) => ({ source: name, ...use }))
      );
      return {
        spent: limited.length > 0 ? spent : undefined,
        published() {
          reservedUntil = until;
          for (const { upstream, calls, usedBefore } of reports) {
            reserved.set(upstream, calls - ((used.get(upstream) ?? 0) - usedBefore));
          }
        },
      };
    },
    allows(tickers) {
      if (limited.length > 0 && clock.now() > reservedUntil) return false;
      const asked = limited.map((upstream) => ({
        upstream,
        calls: upstream.costOf(tickers) + upstream.searchCost(),
      }));
      if (asked.some(({ upstream, calls }) => calls > (reserved.get(upstream) ?? 0))) return false;
      for (const { upstream, calls } of asked) {
        reserved.set(upstream, (reserved.get(upstream) ?? 0) - calls);
        used.set(upstream, (used.get(upstream) ?? 0) + calls);
      }
      return true;
    },
    learn({ ownEpoch }) {
      const { epoch, at, spent } = bus.latest([]);
      reserved.clear();
      // A bus without any tick means that no instance has polled; our own ticks carry nothing new.
      if (epoch === 0 || epoch === ownEpoch) return;
      for (const { name, ledger } of upstreams) {
        if (spent) ledger.learn(spent.filter(({ source }) => source === name));
        else ledger.assumeSpent(at);
      }
    },
  };
}
