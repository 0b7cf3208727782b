import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import assert from "node:assert/strict";
import { createClock } from "../../lib/clock.ts";
import type { CallLimit } from "../../lib/sources/source.ts";
import { type Budget, callLimits, createBudget, limitsText } from "./budget.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
const noon = Date.UTC(2026, 2, 11, 12);

function open(limits: readonly CallLimit[], { now = noon } = {}) {
  const timers = FakeTimers.createClock(now);
  const budget = createBudget({ limits, clock: createClock(timers) });
  return { timers, budget };
}

function spend(budget: Budget, amount = 1): boolean {
  const spending = budget.start(amount);
  spending?.end();
  return spending !== undefined;
}

Deno.test("the operator's budget is a limit for a minute and one for a day; without it there are no limits", () => {
  assert.equal(callLimits({ callsPerMinute: undefined }), undefined);
  assert.deepEqual(callLimits({ callsPerMinute: 8, callsPerDay: 800 }), [
    { calls: 8, windowMs: minuteMs },
    { calls: 800, windowMs: dayMs },
  ]);
});

Deno.test("without limits any amount may be spent at any time", () => {
  const { budget } = open([]);
  assert.ok(spend(budget, 1_000_000));
  assert.deepEqual([budget.available(noon), budget.remaining(), budget.report(0)], [
    Infinity,
    [],
    [],
  ]);
});

Deno.test("a call counts for one minute after its end, not for less", () => {
  const { budget, timers } = open([{ calls: 2, windowMs: minuteMs }]);
  const slow = budget.start(1);
  timers.tick(3_000);
  slow?.end();
  assert.ok(spend(budget));
  assert.equal(spend(budget), false);
  assert.equal(budget.freeAt(1), noon + 3_000 + minuteMs);
  timers.tick(minuteMs - 1);
  assert.equal(spend(budget), false);
  timers.tick(1);
  assert.ok(spend(budget));
});

Deno.test("a call under way counts, however long it lasts", () => {
  const { budget, timers } = open([{ calls: 1, windowMs: minuteMs }]);
  const endless = budget.start(1);
  timers.tick(10 * minuteMs);
  assert.equal(spend(budget), false);
  assert.equal(budget.freeAt(1), timers.now + minuteMs, "at the earliest");
  endless?.end();
  endless?.end();
  timers.tick(minuteMs);
  assert.ok(spend(budget));
});

Deno.test("a call that was started and then not made costs nothing", () => {
  const { budget } = open([{ calls: 1, windowMs: minuteMs }]);
  const spending = budget.start(1);
  spending?.undo();
  spending?.end();
  assert.ok(spend(budget));
});

Deno.test("the calls of a day count until midnight UTC", () => {
  const { budget, timers } = open([{ calls: 3, windowMs: dayMs }]);
  assert.ok(spend(budget, 3));
  assert.equal(budget.freeAt(1), Date.UTC(2026, 2, 12));
  timers.tick(12 * 3_600_000 - 1);
  assert.equal(spend(budget), false);
  timers.tick(1);
  assert.ok(spend(budget, 3));
});

Deno.test("an amount above a limit can never be started", () => {
  const { budget } = open([{ calls: 8, windowMs: minuteMs }]);
  assert.equal(budget.start(9), undefined);
  assert.equal(budget.freeAt(9), Infinity);
});

Deno.test("the tightest limit counts; short windows can be left out", () => {
  const { budget } = open([{ calls: 30, windowMs: 1_000 }, { calls: 60, windowMs: minuteMs }]);
  assert.equal(budget.available(noon), 30);
  assert.equal(budget.available(noon, { windowMsMin: 10_000 }), 60);
});

Deno.test("the next leader learns what was spent and what was reserved", () => {
  const limits = [{ calls: 10, windowMs: minuteMs }, { calls: 100, windowMs: dayMs }];
  const { budget: former, timers } = open(limits);
  assert.ok(spend(former, 4));
  timers.tick(30_000);
  assert.ok(spend(former, 2));
  const { budget: next, timers: later } = open(limits, { now: noon + 31_000 });
  next.learn(former.report(1));
  assert.deepEqual(next.remaining().map(({ calls }) => calls), [3, 93]);
  next.learn(former.report(1));
  assert.deepEqual(
    next.remaining().map(({ calls }) => calls),
    [3, 93],
    "reported twice, counted once",
  );
  later.tick(30_999);
  assert.deepEqual(next.remaining().map(({ calls }) => calls), [3, 93], "clocks may differ by 2 s");
  later.tick(1);
  assert.deepEqual(next.remaining().map(({ calls }) => calls), [7, 93]);
  later.tick(36_000);
  assert.deepEqual(next.remaining().map(({ calls }) => calls), [10, 93]);
});

Deno.test("if a leader reported nothing, a minute counts as used up, and an even share of the day", () => {
  const { budget, timers } = open([
    { calls: 10, windowMs: minuteMs },
    { calls: 100, windowMs: dayMs },
  ]);
  budget.assumeSpent(noon);
  assert.deepEqual(budget.remaining().map(({ calls }) => calls), [0, 50]);
  timers.tick(minuteMs + 2_000);
  assert.deepEqual(budget.remaining().map(({ calls }) => calls), [10, 50]);
});

const limit = fc.record({
  calls: fc.integer({ min: 1, max: 40 }),
  windowMs: fc.constantFrom(1_000, minuteMs),
});
const call = fc.record({
  pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
  durationMs: fc.integer({ min: 0, max: 5_000 }),
  /** When the provider counts it: 0 is its start, 1 is its end. */
  countedAt: fc.double({ min: 0, max: 1, noNaN: true }),
  amount: fc.integer({ min: 1, max: 5 }),
  changesLeader: fc.boolean(),
});

Deno.test("no minute has more calls than allowed, whenever the provider counts them and whichever instance leads", async () => {
  const property = fc.asyncProperty(
    limit,
    fc.array(call, { minLength: 60, maxLength: 200 }),
    async (one, calls) => {
      const { timers, budget } = open([one]);
      const clock = createClock(timers);
      let leader = budget;
      const counted: { at: number; amount: number }[] = [];
      for (const { pauseMs, durationMs, countedAt, amount, changesLeader } of calls) {
        await timers.tickAsync(pauseMs);
        if (changesLeader) {
          const next = createBudget({ limits: [one], clock });
          next.learn(leader.report(0));
          leader = next;
        }
        const spending = leader.start(amount);
        if (!spending) continue;
        counted.push({ at: clock.now() + countedAt * durationMs, amount });
        timers.setTimeout(() => spending.end(), durationMs);
      }
      for (const { at: from } of counted) {
        const within = counted.filter(({ at }) => at >= from && at < from + one.windowMs);
        const total = within.reduce((sum, { amount }) => sum + amount, 0);
        assert.ok(total <= one.calls, `${total} of ${one.calls}`);
      }
    },
  );
  await fc.assert(property, { numRuns: 100 });
});

Deno.test("limits are told in a sentence", () => {
  assert.equal(limitsText([{ calls: 86_400, windowMs: 86_400_000 }]), "86,400 calls a day");
  const both = [{ calls: 1, windowMs: 1_000 }, { calls: 60, windowMs: 60_000 }];
  assert.equal(limitsText(both), "1 call a second, 60 a minute");
});
