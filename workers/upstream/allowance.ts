// Owns how a budget is spread over its windows: what a mark and what newcomers may spend now. Makes no call.

import type { Clock } from "../../lib/clock.ts";
import type { CallLimit } from "../../lib/sources/source.ts";
import { type Budget, createBudget, slidingMsMax } from "./budget.ts";
import type { Allowance } from "./upstreams.ts";

export interface AllowanceOptions {
  readonly budget: Budget;
  readonly clock: Clock;
  /** How long the source is polled between two times: a closed market costs nothing. */
  readonly polledMs?: (from: number, until: number) => number;
}

/** The part of each limit that marks leave to newcomers. */
const reserveShare = 0.1;
/** The share of an hour's or a day's limit that newcomers may spend in a burst; after it the reserve limits them. */
const burstShare = 0.01;
/** The calls of a mark wait this long for calls that leave a window. */
export const waitForBudgetMs = 500;
/** The share of a minute's limit that newcomers may spend; the others wait for the next mark. More would starve the marks. */
const minuteShare = 0.25;
/** Shorter windows only space the calls of one mark. */
const windowMsMin = 10_000;

export function createAllowance(options: AllowanceOptions): Allowance {
  const { budget, clock, polledMs = (from, until) => until - from } = options;
  const { limits } = budget;
  const isSliding = ({ windowMs }: CallLimit) => windowMs <= slidingMsMax;
  /** What newcomers spent recently. */
  const aside = createBudget({ limits: limits.filter(isSliding), clock });
  const markCredit = createCredit(clock);
  const newcomersCredit = createCredit(clock);
  let lastMarkCost = 0;

  /** What remains of a longer limit, divided by the polling time that remains in its window. */
  function longPerMs({ windowMs }: CallLimit): number {
    const now = clock.now();
    const until = (Math.floor(now / windowMs) + 1) * windowMs;
    return remainingOf(budget, windowMs) / Math.max(polledMs(now, until), slidingMsMax);
  }

  function perMs(limit: CallLimit): number {
    if (!isSliding(limit)) return longPerMs(limit) * (1 - reserveShare);
    // Newcomers beyond their reserve slow the marks down: better than gaps between marks.
    const besides = spentAside(limit);
    const reserve = Math.floor(limit.calls * reserveShare);
    return (limit.calls - Math.max(reserve, besides)) / limit.windowMs;
  }

  function spentAside({ calls, windowMs }: CallLimit): number {
    return calls - remainingOf(aside, windowMs);
  }

  /** What newcomers may spend of the limits for a minute. */
  function leftAside(): number {
    const minutes = aside.limits.filter(({ windowMs }) => windowMs >= windowMsMin);
    return Math.min(
      ...minutes.map((limit) =>
        Math.max(1, Math.floor(limit.calls * minuteShare)) - spentAside(limit)
      ),
    );
  }

  const ratePerMs = () => Math.min(...limits.map(perMs));

  return {
    ratePerMs,
    forMark(cadenceMs) {
      const rate = ratePerMs();
      const share = rate * cadenceMs;
      // One more than a mark's share, so that the fraction of a call is not lost.
      const credit = markCredit.grow(rate, { first: Math.max(1, share), most: share + 1 });
      return Math.min(credit, budget.available(clock.now() + waitForBudgetMs, { windowMsMin }));
    },
    spentByMark(amount) {
      markCredit.take(amount);
      lastMarkCost = amount;
    },
    lastMarkCost: () => lastMarkCost,
    forNewcomers() {
      const long = limits.filter((limit) => !isSliding(limit));
      const rate = Math.min(...long.map((limit) => longPerMs(limit) * reserveShare));
      const burst = Math.min(...long.map(({ calls }) => Math.max(1, calls * burstShare)));
      const credit = newcomersCredit.grow(rate, { first: burst, most: burst });
      return Math.min(credit, leftAside(), budget.available(clock.now(), { windowMsMin }));
    },
    spentByNewcomers(amount) {
      newcomersCredit.take(amount);
      aside.start(Math.min(amount, aside.available(clock.now())))?.end();
    },
  };
}

function remainingOf(budget: Budget, windowMs: number): number {
  return budget.remaining().find((limit) => limit.windowMs === windowMs)?.calls ?? 0;
}

/** A bucket of credit that grows with time. */
function createCredit(clock: Clock) {
  let credit: number | undefined;
  let grownAt = clock.now();
  return {
    /** Returns whole units; the fraction stays for later. */
    grow(ratePerMs: number, { first, most }: { first: number; most: number }): number {
      if (most === Infinity) return Infinity;
      const now = clock.now();
      const grown = ratePerMs * Math.max(0, now - grownAt);
      credit = credit === undefined ? first : Math.min(credit + grown, most);
      grownAt = now;
      // Rates are quotients: a result just below a whole unit counts as this unit.
      return Math.floor(credit + 1e-6);
    },
    take(amount: number) {
      credit = (credit ?? 0) - amount;
    },
  };
}
