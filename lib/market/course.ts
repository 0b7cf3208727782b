// Owns today's course of one price: few points, evenly spread; how two courses are merged, and their form in the store.

import type { Price } from "../quote.ts";

export type CoursePoint = readonly [at: number, price: Price];

/** The prices that were read today, the oldest first, each with the time at which it was read, Unix ms. */
export interface Course {
  points: CoursePoint[];
  /** The distance of two points, as long as the price is read. A longer one than three of these is a gap. */
  stepMs: number;
  /** Of all prices that were read, also of those whose points are gone. */
  low: Price;
  lowAt: number;
  high: Price;
  highAt: number;
}

/** At one more point, every two neighbours become one. */
export const pointsMax = 96;
/** The distance of the points of a young course. It doubles as the day goes on. */
const firstStepMs = 5_000;

/** `cadenceMs`: how often prices are read at present. The points lie at least as far apart. */
export function startCourse([at, price]: CoursePoint, cadenceMs: number): Course {
  return {
    stepMs: stepFor(firstStepMs, cadenceMs),
    points: [[at, price]],
    low: price,
    lowAt: at,
    high: price,
    highAt: at,
  };
}

/** Changes the course. It is done for each ticker and tick, so it touches the last point alone, unless the step grows. */
export function addPoint(course: Course, [at, price]: CoursePoint, cadenceMs: number): void {
  const { points, stepMs } = course;
  if (price < course.low) [course.low, course.lowAt] = [price, at];
  if (price > course.high) [course.high, course.highAt] = [price, at];
  const last = points.at(-1);
  // The clocks of two leaders may differ a little: the line never goes back.
  if (last && at < last[0]) return;
  const isSameStep = last && Math.floor(last[0] / stepMs) === Math.floor(at / stepMs);
  if (isSameStep) points[points.length - 1] = [at, price];
  else points.push([at, price]);
  course.stepMs = stepFor(stepMs, cadenceMs);
  if (course.stepMs > stepMs || points.length > pointsMax) fit(course);
}

/** Has all points of both, as far as they fit. */
export function mergeCourses(one: Course, other: Course): Course {
  const lowest = one.low <= other.low ? one : other;
  const highest = one.high >= other.high ? one : other;
  return fit({
    points: [...one.points, ...other.points].sort(([a], [b]) => a - b),
    stepMs: Math.max(one.stepMs, other.stepMs),
    low: lowest.low,
    lowAt: lowest.lowAt,
    high: highest.high,
    highAt: highest.highAt,
  });
}

/** Whole numbers in base 36: the step, low, high with their times, then for each point its distance from the one before. In seconds. */
export function writeCourse({ stepMs, low, lowAt, high, highAt, points }: Course): string {
  const [lowSecond, highSecond] = [lowAt, highAt].map((at) => Math.floor(at / 1000));
  const numbers: number[] = [stepMs / 1000, low, lowSecond!, high, highSecond!];
  let [second, price] = [0, 0];
  for (const [nextAt, nextPrice] of points) {
    const nextSecond = Math.floor(nextAt / 1000);
    numbers.push(nextSecond - second, nextPrice - price);
    [second, price] = [nextSecond, nextPrice];
  }
  return numbers.map((number) => number.toString(36)).join(" ");
}

/** Undefined for a text of another form. */
export function readCourse(text: string): Course | undefined {
  // Longer than any that was written here.
  if (text.length > 4_000) return undefined;
  const numbers = text.split(" ").map((part) => parseInt(part, 36));
  const [stepS = 0, low = 0, lowSecond = 0, high = 0, highSecond = 0, ...steps] = numbers;
  const isWhole = numbers.every(Number.isSafeInteger) && steps.length > 0 && steps.length % 2 === 0;
  if (!isWhole || !(stepS > 0)) return undefined;
  const points: CoursePoint[] = [];
  let [second, price] = [0, 0];
  for (let index = 0; index < steps.length; index += 2) {
    second += steps[index]!;
    price += steps[index + 1]!;
    points.push([second * 1000, price as Price]);
  }
  return fit({
    stepMs: stepS * 1000,
    low: low as Price,
    lowAt: lowSecond * 1000,
    high: high as Price,
    highAt: highSecond * 1000,
    points,
  });
}

function stepFor(stepMs: number, cadenceMs: number): number {
  // A cadence is some seconds: this doubles a few times at most.
  while (stepMs < cadenceMs) stepMs *= 2;
  return stepMs;
}

/** The last point of a step represents it. The step doubles until the points fit. */
function fit(course: Course): Course {
  for (;; course.stepMs *= 2) {
    const stepOf = ([time]: CoursePoint) => Math.floor(time / course.stepMs);
    course.points = course.points.filter((point, index, { [index + 1]: next }) =>
      !next || stepOf(next) !== stepOf(point)
    );
    if (course.points.length <= pointsMax) return course;
  }
}
