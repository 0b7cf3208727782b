import assert from "node:assert/strict";
import fc from "fast-check";
import type { Price } from "../../lib/quote.ts";
import { dayPath, type DayPoints, lineY, sparkSvg } from "./day_line.ts";

const box = { width: 100, height: 20, low: 1_000, high: 2_000 };
const stepMs = 5_000;

function day(...points: [at: number, price: number][]): DayPoints {
  return { points: points.map(([at, price]) => [at, price as Price]), stepMs };
}

Deno.test("the line goes from the first point to the last one, up where the price is higher", () => {
  assert.equal(
    dayPath(day([0, 1_000], [5_000, 2_000], [10_000, 1_500]), box),
    "m0 20 50-20 50 10h0",
  );
});

Deno.test("without points there is no line, and one point is a dot in the middle", () => {
  assert.equal(dayPath(day(), box), "");
  assert.equal(dayPath(day([7, 1_000]), { ...box, high: 1_000 }), "m0 10h0");
});

Deno.test("the line is broken where nothing was read for longer than three steps", () => {
  assert.equal(dayPath(day([0, 1_000], [15_000, 1_000]), box).match(/m/g)?.length, 1);
  assert.equal(dayPath(day([0, 1_000], [15_001, 1_000]), box), "m0 20h0m100 0h0");
});

Deno.test("a line of any prices stays in its box, and ends at its last point", () => {
  const drawn = fc.array(fc.tuple(fc.nat(60_000), fc.integer({ min: 1, max: 1e9 })), {
    minLength: 1,
    maxLength: 96,
  });
  fc.assert(fc.property(drawn, (steps) => {
    let at = 0;
    const points = steps.map(([ms, price]): [number, number] => [at += ms + 1, price]);
    const prices = points.map(([, price]) => price);
    const bounds = { ...box, low: Math.min(...prices), high: Math.max(...prices) };
    let [x, y] = [0, 0];
    const line = dayPath(day(...points), bounds).replaceAll("h0", "");
    for (const [, dx, dy] of line.matchAll(/(-?\d+) ?(-?\d+)/g)) {
      [x, y] = [x + Number(dx), y + Number(dy)];
      assert.ok(x >= 0 && x <= box.width && y >= 0 && y <= box.height, `${x},${y}`);
    }
    assert.equal(y, lineY(prices.at(-1)!, bounds));
  }));
});

Deno.test("the line of a row has at most 48 points, ends at the present price, and keeps its gaps", () => {
  const points = Array.from({ length: 96 }, (_, index): [number, number] => {
    return [index * stepMs + (index < 48 ? 0 : 600_000), 100 + index % 10];
  });
  const lineOf = (svg: string) => /<path d="([^"]*)"/.exec(svg)?.[1];
  const path = lineOf(sparkSvg(day(...points))) ?? "";
  assert.equal(path.replaceAll("h0", "").match(/-?\d+ ?-?\d+/g)?.length, 48);
  assert.equal(path.match(/m/g)?.length, 2);
  assert.equal(lineOf(sparkSvg(day(...points.slice(0, 2)))), "m0 16 1-16h0");
  assert.equal(sparkSvg(day([0, 100])), "");
});
