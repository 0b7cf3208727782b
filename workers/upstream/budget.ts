// Owns what may be spent at one provider: no window of its limits ever has more calls than allowed. Plans nothing.

import type { Clock } from "../../lib/clock.ts";
import type { CallLimit } from "../../lib/sources/source.ts";
import { type Ledger, type LimitUse, reservedMsMax } from "./upstreams.ts";

export interface Spending {
  /** The call has an answer, or was given up. */
  end(): void;
  /** The call was not made. */
  undo(): void;
}

export interface Budget extends Ledger {
  /** Undefined if a window is full: the call must not be made. */
  start(amount: number): Spending | undefined;
  /** The earliest time at which this amount may be started; Infinity for never. */
  freeAt(amount: number): number;
  /** What may be spent at this time under the limits whose window is at least this long. */
  available(at: number, options?: { windowMsMin: number }): number;
  /** What remains of each limit now. */
  remaining(): readonly CallLimit[];
}

/**
 * Up to this length a window slides with the time, so that it holds wherever the provider's own windows begin. Longer
 * ones (an hour, a day) begin at full multiples of their length in UTC, as providers count them.
 */
export const slidingMsMax = 60_000;
/** The provider may count a call under way this much later. */
const callMsMax = 5_000;
/** The clock of another instance may be this far behind ours: its calls count for this much longer. */
const clockSkewMsMax = 2_000;
/** A sliding window is divided into this number of steps; the calls of a step are counted together. */
const stepsPerWindow = 300;

export function createBudget(
  { limits, clock }: { limits: readonly CallLimit[]; clock: Clock },
): Budget {
  const windows = limits.map(createWindow);
  /** The provider may count a call under way at any time until it ends. */
  let underWay = 0;

  function available(at: number, { windowMsMin = 0 } = {}): number {
    return windows
      .filter(({ limit }) => limit.windowMs >= windowMsMin)
      .reduce((least, { remaining }) => Math.min(least, remaining(at) - underWay), Infinity);
  }

  return {
    limits,
    available,
    start(amount) {
      if (available(clock.now()) < amount) return undefined;
      underWay += amount;
      let isOver = false;
      function finish(counted: number) {
        if (isOver) return;
        isOver = true;
        underWay -= amount;
        if (counted > 0) { for (const window of windows) window.add(clock.now(), counted); }
      }
      return { end: () => finish(amount), undo: () => finish(0) };
    },
    freeAt(amount) {
      const now = clock.now();
      return windows.reduce(
        (latest, { freeAt }) => Math.max(latest, freeAt(amount, { now, underWay })),
        now,
      );
    },
    remaining() {
      const now = clock.now();
      return windows.map(({ limit, remaining }) => ({
        windowMs: limit.windowMs,
        calls: Math.max(0, remaining(now) - underWay),
      }));
    },
    report(reserved) {
      const now = clock.now();
      return windows.map(({ limit, entries, stepOf }) => {
        const calls = new Map(entries(now));
        function count(amount: number, at: number) {
          if (amount > 0) calls.set(stepOf(at), (calls.get(stepOf(at)) ?? 0) + amount);
        }
        count(underWay, now + callMsMax);
        count(reserved, now + reservedMsMax + callMsMax);
        return { windowMs: limit.windowMs, calls: [...calls] };
      });
    },
    learn(uses) {
      for (const { windowMs, calls } of uses) {
        windows.find(({ limit }) => limit.windowMs === windowMs)?.learn(calls, clock.now());
      }
    },
    assumeSpent(at) {
      for (const { limit, learn, stepOf } of windows) {
        learn([[stepOf(at), usedBy(at, limit)]], clock.now());
      }
    },
  };
}

/** The operator's budget, for each source separately; undefined if there is none. */
export function callLimits(
  { callsPerMinute, callsPerDay }: {
    callsPerMinute?: number | undefined;
    callsPerDay?: number | undefined;
  },
): readonly CallLimit[] | undefined {
  const limits = [
    ...(callsPerMinute === undefined ? [] : [{ calls: callsPerMinute, windowMs: 60_000 }]),
    ...(callsPerDay === undefined ? [] : [{ calls: callsPerDay, windowMs: 86_400_000 }]),
  ];
  return limits.length > 0 ? limits : undefined;
}

const windowNames: Readonly<Record<number, string>> = {
  1_000: "second",
  60_000: "minute",
  3_600_000: "hour",
  86_400_000: "day",
};

/** "24 calls a minute, 86,400 a day". */
export function limitsText(limits: readonly CallLimit[]): string {
  return limits.map(({ calls, windowMs }, index) => {
    const unit = calls === 1 ? " call" : " calls";
    const window = windowNames[windowMs] ?? `${windowMs / 1_000} seconds`;
    return `${calls.toLocaleString("en")}${index === 0 ? unit : ""} a ${window}`;
  }).join(", ");
}

/** A sliding window counts in full; of a longer one, the part that even spending would have used. */
function usedBy(at: number, { calls, windowMs }: CallLimit): number {
  return windowMs <= slidingMsMax ? calls : Math.ceil(calls * ((at % windowMs) / windowMs));
}

function createWindow(limit: CallLimit) {
  const { windowMs } = limit;
  const isSliding = windowMs <= slidingMsMax;
  const stepMs = isSliding ? Math.ceil(windowMs / stepsPerWindow) : windowMs;
  /** Keyed by the end of a step (sliding) or the beginning of the window. */
  const amounts = new Map<number, { amount: number; readonly slackMs: number }>();

  const stepOf = (at: number) => isSliding ? Math.ceil(at / stepMs) * stepMs : startOf(at);
  const startOf = (at: number) => Math.floor(at / windowMs) * windowMs;
  const counts = (step: number, { at, slackMs }: { at: number; slackMs: number }) =>
    isSliding ? step + windowMs + slackMs > at : step === startOf(at);

  function entries(now: number): readonly (readonly [number, number])[] {
    for (const [step, { slackMs }] of amounts) {
      if (!counts(step, { at: now, slackMs })) amounts.delete(step);
    }
    return [...amounts].map(([step, { amount }]) => [step, amount] as const)
      .sort(([a], [b]) => a - b);
  }

  function remaining(at: number): number {
    let used = 0;
    for (const [step, { amount, slackMs }] of amounts) {
      if (counts(step, { at, slackMs })) used += amount;
    }
    return limit.calls - used;
  }

  return {
    limit,
    stepOf,
    entries,
    remaining,
    add(at: number, amount: number) {
      entries(at);
      const { amount: known = 0, slackMs = 0 } = amounts.get(stepOf(at)) ?? {};
      amounts.set(stepOf(at), { amount: known + amount, slackMs });
    },
    freeAt(amount: number, { now, underWay }: { now: number; underWay: number }): number {
      if (amount > limit.calls) return Infinity;
      if (remaining(now) - underWay >= amount) return now;
      if (!isSliding) return startOf(now) + windowMs;
      entries(now);
      const freed = [...amounts].map(([step, { slackMs }]) => step + windowMs + slackMs)
        .sort((a, b) => a - b);
      // Calls under way end in the next moment at the earliest.
      return freed.find((at) => remaining(at) - underWay >= amount) ?? stepOf(now) + windowMs;
    },
    learn(calls: LimitUse["calls"], now: number) {
      for (const [at, amount] of calls) {
        // The former leader makes no more calls; its clock may also run far ahead.
        const step = Math.min(at, stepOf(now + callMsMax));
        const slackMs = clockSkewMsMax;
        const isMore = amount > (amounts.get(step)?.amount ?? 0);
        if (isMore && counts(step, { at: now, slackMs })) amounts.set(step, { amount, slackMs });
      }
    },
  };
}
