// Owns what may be spent at one provider: no window of its limits ever holds more calls than allowed. Plans nothing.

import type { Clock } from "../../lib/clock.ts";

/** So many calls (or credits, where symbols are billed) in each window of that length. */
export interface CallLimit {
  readonly calls: number;
  readonly windowMs: number;
}

/** What was spent of one limit of late, as the next leader is told it: time and amount. */
export interface Spent {
  readonly windowMs: number;
  readonly calls: readonly (readonly [at: number, amount: number])[];
}

export interface Spending {
  /** The call was answered or given up. */
  end(): void;
  /** No call was made after all. */
  undo(): void;
}

export interface Budget {
  readonly limits: readonly CallLimit[];
  /** Undefined: some window has no room, so the call must not be made. */
  start(amount: number): Spending | undefined;
  /** When so much may be started at the earliest; Infinity: never. */
  freeAt(amount: number): number;
  /** What may be spent at that time under limits whose window is at least that long. */
  room(at: number, options?: { windowMsMin: number }): number;
  /** What is left of each limit now. */
  left(): readonly { readonly windowMs: number; readonly calls: number }[];
  /** What was spent; `ahead` more is said to be spent, for calls that begin soon and whose report may not come. */
  spent(ahead: number): readonly Spent[];
  /** Takes over what another leader spent; what is known already does not count twice. */
  learn(spent: readonly Spent[]): void;
  /** Nobody knows what another leader spent up to then, so the windows count as used up. */
  assumeSpent(at: number): void;
}

/**
 * Up to this length a window slides with the time, so that it is kept however the provider aligns its own. Longer
 * ones (an hour, a day) begin at full multiples of their length in UTC, as providers count them.
 */
export const slidingMsMax = 60_000;
/** What is under way when a report is made may be counted by the provider up to so much later. */
const callMsMax = 5_000;
/** What a report foretells begins within this, or not at all. */
export const foretoldMsMax = 12_000;
/** The clock of another instance may be so far behind ours: its calls count for so much longer. */
const clockSkewMsMax = 2_000;
/** Calls are counted together in steps of this part of a sliding window: it holds at most so many entries. */
const stepsPerWindow = 300;

export function createBudget(
  { limits, clock }: { limits: readonly CallLimit[]; clock: Clock },
): Budget {
  const windows = limits.map(createWindow);
  /** Calls under way may be counted by the provider at any time until they end. */
  let underWay = 0;

  function room(at: number, { windowMsMin = 0 } = {}): number {
    return windows
      .filter(({ limit }) => limit.windowMs >= windowMsMin)
      .reduce((least, { left }) => Math.min(least, left(at) - underWay), Infinity);
  }

  return {
    limits,
    room,
    start(amount) {
      if (room(clock.now()) < amount) return undefined;
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
    left() {
      const now = clock.now();
      return windows.map(({ limit, left }) => ({
        windowMs: limit.windowMs,
        calls: Math.max(0, left(now) - underWay),
      }));
    },
    spent(ahead) {
      const now = clock.now();
      return windows.map(({ limit, entries, stepOf }) => {
        const calls = new Map(entries(now));
        function count(amount: number, at: number) {
          if (amount > 0) calls.set(stepOf(at), (calls.get(stepOf(at)) ?? 0) + amount);
        }
        count(underWay, now + callMsMax);
        count(ahead, now + foretoldMsMax + callMsMax);
        return { windowMs: limit.windowMs, calls: [...calls] };
      });
    },
    learn(spent) {
      for (const { windowMs, calls } of spent) {
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

/** The operator's budget, for each source by itself. Undefined: none is named. */
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

/** A sliding window in full; of a longer one the part that an even spender would have used. */
function usedBy(at: number, { calls, windowMs }: CallLimit): number {
  return windowMs <= slidingMsMax ? calls : Math.ceil(calls * ((at % windowMs) / windowMs));
}

function createWindow(limit: CallLimit) {
  const { windowMs } = limit;
  const isSliding = windowMs <= slidingMsMax;
  const stepMs = isSliding ? Math.ceil(windowMs / stepsPerWindow) : windowMs;
  /** By the end of a step (sliding) or the begin of the window. */
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

  function left(at: number): number {
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
    left,
    add(at: number, amount: number) {
      entries(at);
      const { amount: known = 0, slackMs = 0 } = amounts.get(stepOf(at)) ?? {};
      amounts.set(stepOf(at), { amount: known + amount, slackMs });
    },
    freeAt(amount: number, { now, underWay }: { now: number; underWay: number }): number {
      if (amount > limit.calls) return Infinity;
      if (left(now) - underWay >= amount) return now;
      if (!isSliding) return startOf(now) + windowMs;
      entries(now);
      const freed = [...amounts].map(([step, { slackMs }]) => step + windowMs + slackMs)
        .sort((a, b) => a - b);
      // Calls under way end in a moment at the earliest.
      return freed.find((at) => left(at) - underWay >= amount) ?? stepOf(now) + windowMs;
    },
    learn(calls: Spent["calls"], now: number) {
      for (const [at, amount] of calls) {
        // Whoever told it begins no call any more; its clock may also run far ahead.
        const step = Math.min(at, stepOf(now + callMsMax));
        const slackMs = clockSkewMsMax;
        const isNews = amount > (amounts.get(step)?.amount ?? 0);
        if (isNews && counts(step, { at: now, slackMs })) amounts.set(step, { amount, slackMs });
      }
    },
  };
}
