import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../../lib/clock.ts";
import { calendar } from "../../lib/market/calendar.ts";
import type { CallLimit } from "../../lib/sources/source.ts";
import { createAllowance } from "./allowance.ts";
import { createBudget } from "./budget.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

function open(
  limits: readonly CallLimit[],
  { at = "2026-03-11T12:00:00Z", exchange = false } = {},
) {
  const timers = FakeTimers.createClock(Date.parse(at));
  const clock = createClock(timers);
  const budget = createBudget({ limits, clock });
  const allowance = createAllowance({
    budget,
    clock,
    ...(exchange && { polledMs: calendar.tradingMs }),
  });
  /** Spends at once what a mark or newcomers may spend. */
  function spend(what: "mark" | "newcomers", cadenceMs = 30_000): number {
    const amount = what === "mark" ? allowance.forMark(cadenceMs) : allowance.forNewcomers();
    budget.start(amount)?.end();
    if (what === "mark") allowance.spentByMark(amount);
    else allowance.spentByNewcomers(amount);
    return amount;
  }
  function marks(count: number, cadenceMs = 30_000): number[] {
    return Array.from({ length: count }, () => {
      const amount = spend("mark", cadenceMs);
      timers.tick(cadenceMs);
      return amount;
    });
  }
  return { timers, allowance, spend, marks };
}

Deno.test("without limits, marks and newcomers may spend any amount", () => {
  const { allowance } = open([]);
  assert.deepEqual(
    [allowance.ratePerMs(), allowance.forMark(5_000), allowance.forNewcomers()],
    [Infinity, Infinity, Infinity],
  );
});

Deno.test("a limit for a minute is spread over its marks; a tenth is reserved for newcomers", () => {
  const { marks, allowance, spend } = open([{ calls: 60, windowMs: minuteMs }]);
  assert.ok(Math.abs(allowance.ratePerMs() * minuteMs - 54) < 1e-6);
  const spent = marks(10);
  assert.ok(spent.every((amount) => amount >= 26 && amount <= 28), `${spent}`);
  assert.ok(spend("newcomers") >= 4);
});

Deno.test("if the share of a mark is below one call, only some marks make a call", () => {
  const { marks } = open([{ calls: 50, windowMs: 3_600_000 }]);
  const spent = marks(120);
  assert.equal(spent[0], 1);
  assert.ok(spent.every((amount) => amount <= 1));
  const total = spent.reduce((a, b) => a + b);
  assert.ok(total >= 43 && total <= 50, `${total}`);
});

Deno.test("a limit for a day lasts the whole day, and calls that were not spent are spent later", () => {
  const { marks, timers } = open([{ calls: 800, windowMs: dayMs }], { at: "2026-03-11T00:00:00Z" });
  const morning = marks(1_440).reduce((a, b) => a + b);
  assert.ok(morning > 350 && morning < 380, `${morning}`);
  timers.tick(6 * 3_600_000);
  const evening = marks(700).reduce((a, b) => a + b);
  assert.ok(evening > 350 && morning + evening <= 800, `${evening}`);
});

Deno.test("a source that follows the exchange spends its limit for a day during trading hours", () => {
  const open16h = open([{ calls: 800, windowMs: dayMs }], {
    at: "2026-03-11T08:00:00Z",
    exchange: true,
  });
  const roundTheClock = open([{ calls: 800, windowMs: dayMs }], { at: "2026-03-11T00:00:00Z" });
  const ratio = open16h.allowance.ratePerMs() / roundTheClock.allowance.ratePerMs();
  assert.ok(Math.abs(ratio - 24 / 16) < 0.01, `${ratio}`);
});

Deno.test("newcomers cannot use up the limit for a day within an hour", () => {
  const { spend, timers } = open([{ calls: 800, windowMs: dayMs }], { at: "2026-03-11T00:00:00Z" });
  let spent = 0;
  for (let second = 0; second < 3_600; second++) {
    spent += spend("newcomers");
    timers.tick(1_000);
  }
  assert.ok(spent >= 8 && spent <= 12, `${spent}`);
});

Deno.test("a limit for a second spaces the calls of a mark; it does not reduce their number", () => {
  const { allowance } = open([{ calls: 30, windowMs: 1_000 }, { calls: 600, windowMs: minuteMs }]);
  assert.equal(allowance.forMark(30_000), 270);
});

Deno.test("newcomers take at most a quarter of a minute's limit, however many come", () => {
  const { spend, marks, timers } = open([{ calls: 24, windowMs: minuteMs }]);
  let newcomers = 0;
  let byMarks = 0;
  for (let minute = 0; minute < 10; minute++) {
    for (let second = 0; second < 60; second++) {
      newcomers += spend("newcomers");
      if (second % 5 === 0) byMarks += marks(1, 5_000)[0] ?? 0;
      timers.tick(second % 5 === 0 ? 0 : 1);
    }
  }
  assert.ok(newcomers > 0);
  assert.ok(byMarks >= 2 * newcomers, `${byMarks} by marks, ${newcomers} by newcomers`);
});
