// Owns today's line of a price as an SVG path: few whole numbers, relative steps, and a gap where nothing was read.

import type { Price } from "../../lib/quote.ts";

/** The points that were read today, the oldest first. */
export interface DayPoints {
  readonly points: readonly (readonly [at: number, price: Price])[];
  /** The usual distance of two points. The line is broken where nothing was read for longer than three times this. */
  readonly stepMs: number;
  /** The extremes of the day. Their points may be gone, since few points are kept. */
  readonly low?: DayFact;
  readonly high?: DayFact;
}

export interface DayFact {
  readonly at: number;
  readonly price: Price;
}

export interface LineBox {
  readonly width: number;
  readonly height: number;
  /** The prices at the bottom and at the top. */
  readonly low: number;
  readonly high: number;
}

/** A longer distance between two points is a gap. */
export function gapMs({ stepMs }: DayPoints): number {
  return 3 * stepMs;
}

/** Fills the width from the first point to the last one. Empty without points; a point alone is a dot. */
export function dayPath(day: DayPoints, box: LineBox): string {
  const first = day.points[0]?.[0] ?? 0;
  const spanMs = Math.max(1, (day.points.at(-1)?.[0] ?? 0) - first);
  let path = "";
  let [x, y, before] = [0, 0, -Infinity];
  for (const [at, price] of day.points) {
    const toX = Math.round((at - first) / spanMs * box.width);
    const toY = lineY(price, box);
    const step = `${toX - x}${toY < y ? "" : " "}${toY - y}`;
    const isGap = at - before > gapMs(day);
    // Pairs of numbers after "m" are lines. "h0" makes a dot of a point without neighbours.
    path += isGap ? `${path && "h0"}m${step}` : ` ${step}`;
    [x, y, before] = [toX, toY, at];
  }
  return path && `${path}h0`;
}

/** The distance of a price from the top of the box. */
export function lineY(price: number, { height, low, high }: LineBox): number {
  // A price that never moved lies in the middle.
  return high > low ? Math.round((high - price) / (high - low) * height) : Math.round(height / 2);
}

/** Half of what a day has: a row is small, and each of them is sent for every row of a list. */
const sparkPointsMax = 48;

/** The picture of a row, as markup. Empty if there is nothing to join. One unit wide for each point: most steps are then alike, and small when compressed. */
export function sparkSvg({ points, stepMs }: Pick<DayPoints, "points" | "stepMs">): string {
  if (points.length < 2) return "";
  const share = Math.ceil(points.length / sparkPointsMax);
  // The last point of each share, so that the line ends at the present price.
  const kept = points.filter((_, index) => (points.length - 1 - index) % share === 0);
  const prices = kept.map(([, price]) => price);
  const [width, height] = [kept.length - 1, 16];
  const box = { width, height, low: Math.min(...prices), high: Math.max(...prices) };
  const path = dayPath({ points: kept, stepMs: stepMs * share }, box);
  return `<svg viewBox="0 -1 ${width} ${
    height + 2
  }" preserveAspectRatio="none" aria-hidden="true">` +
    `<path d="${path}"/></svg>`;
}
