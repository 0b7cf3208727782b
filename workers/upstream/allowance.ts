// Owns how a budget is spread over the time it must last: what a mark and what newcomers may spend now. Calls nobody.

import type { Clock } from "../../lib/clock.ts";
import { type Budget, type CallLimit, createBudget, slidingMsMax } from "./budget.ts";

export interface Allowance {
  readonly budget: Budget;
  /** What marks can spend a millisecond without running out before a window ends. */
  ratePerMs(): number;
  /** What a mark may spend now, at that cadence. */
  forMark(cadenceMs: number): number;
  spentByMark(amount: number): void;
  /** What the last mark spent. */
  lastTickCost(): number;
  /** What newcomers may spend now: the reserve that marks leave them. */
  forNewcomers(): number;
  spentByNewcomers(amount: number): void;
}

export interface AllowanceOptions {
  readonly limits: readonly CallLimit[];
  readonly clock: Clock;
  /** For how long the source is polled between two times: a closed market costs nothing. */
  readonly polledMs?: (from: number, until: number) => number;
}

/** The part of each limit that marks leave to newcomers. */
const reserveShare = 0.1;
/** Of an hour's or a day's limit newcomers may spend so much in a burst, then only as the reserve allows. */
const burstShare = 0.01;
/** Room that opens so soon after a mark counts as its own: the calls wait for it. */
export const waitForRoomMs = 500;
/** Shorter windows only space the calls of one mark. */
const windowMsMin = 10_000;

export function createAllowance(options: AllowanceOptions): Allowance {
  const { limits, clock, polledMs = (from, until) => until - from } = options;
  const budget = createBudget({ limits, clock });
  const isSliding = ({ windowMs }: CallLimit) => windowMs <= slidingMsMax;
  /** What was spent beside the marks of late. */
  const aside = createBudget({ limits: limits.filter(isSliding), clock });
  const markCredit = createCredit(clock);
  const newcomersCredit = createCredit(clock);
  let lastTickCost = 0;

  /** The part of a longer limit that is left, by the time left to poll in its window. */
  function longPerMs({ windowMs }: CallLimit): number {
    const now = clock.now();
    const until = (Math.floor(now / windowMs) + 1) * windowMs;
    return leftOf(budget, windowMs) / Math.max(polledMs(now, until), slidingMsMax);
  }

  function perMs(limit: CallLimit): number {
    if (!isSliding(limit)) return longPerMs(limit) * (1 - reserveShare);
    // Newcomers beyond their reserve slow the marks, rather than leave gaps between them.
    const besides = limit.calls - leftOf(aside, limit.windowMs);
    const reserve = Math.floor(limit.calls * reserveShare);
    return (limit.calls - Math.max(reserve, besides)) / limit.windowMs;
  }

  const ratePerMs = () => Math.min(...limits.map(perMs));

  return {
    budget,
    ratePerMs,
    forMark(cadenceMs) {
      const rate = ratePerMs();
      const share = rate * cadenceMs;
      // One more than a mark's own share, so that what is left of a whole call is not lost.
      const credit = markCredit.grow(rate, { first: Math.max(1, share), most: share + 1 });
      return Math.min(credit, budget.room(clock.now() + waitForRoomMs, { windowMsMin }));
    },
    spentByMark(amount) {
      markCredit.take(amount);
      lastTickCost = amount;
    },
    lastTickCost: () => lastTickCost,
    forNewcomers() {
      const long = limits.filter((limit) => !isSliding(limit));
      const rate = Math.min(...long.map((limit) => longPerMs(limit) * reserveShare));
      const burst = Math.min(...long.map(({ calls }) => Math.max(1, calls * burstShare)));
      const credit = newcomersCredit.grow(rate, { first: burst, most: burst });
      return Math.min(credit, budget.room(clock.now(), { windowMsMin }));
    },
    spentByNewcomers(amount) {
      newcomersCredit.take(amount);
      aside.start(Math.min(amount, aside.room(clock.now())))?.end();
    },
  };
}

function leftOf(budget: Budget, windowMs: number): number {
  return budget.left().find((limit) => limit.windowMs === windowMs)?.calls ?? 0;
}

/** A bucket of credit that grows with time. */
function createCredit(clock: Clock) {
  let credit: number | undefined;
  let grownAt = clock.now();
  return {
    /** Whole units; the rest stays for later. */
    grow(ratePerMs: number, { first, most }: { first: number; most: number }): number {
      if (most === Infinity) return Infinity;
      const now = clock.now();
      const grown = ratePerMs * Math.max(0, now - grownAt);
      credit = credit === undefined ? first : Math.min(credit + grown, most);
      grownAt = now;
      // Rates are quotients: a hair below a whole unit is that unit.
      return Math.floor(credit + 1e-6);
    },
    take(amount: number) {
      credit = (credit ?? 0) - amount;
    },
  };
}
