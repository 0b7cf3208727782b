// Owns today's course of each price as this instance saw it: few points, evenly spread. Reads no history.

import type { Clock } from "../clock.ts";
import type { Price, Quote, Ticker } from "../quote.ts";
import { calendar } from "./calendar.ts";

/** The seen prices since midnight in New York, the oldest first. */
export interface Series {
  readonly points: readonly (readonly [at: number, price: Price])[];
  readonly low: Price;
  readonly high: Price;
}

export interface DaySeries {
  take(quotes: Iterable<Quote>): void;
  /** Undefined if no price was seen today. */
  of(ticker: Ticker): Series | undefined;
}

/** At one more point, every two neighbours become one. */
export const pointsMax = 96;
/** The distance of the points of a young series; it doubles as the day goes on. */
const firstStepMs = 5_000;

interface Course {
  stepMs: number;
  points: [at: number, price: Price][];
  low: Price;
  high: Price;
}

export function createDaySeries({ clock }: { clock: Clock }): DaySeries {
  /** One for each ticker that was watched today; the universe bounds their number. */
  const courses = new Map<Ticker, Course>();
  let today = calendar.dayAt(clock.now());

  function turnDay() {
    if (clock.now() < today.until) return;
    today = calendar.dayAt(clock.now());
    courses.clear();
  }

  return {
    take(quotes) {
      turnDay();
      for (const { ticker, price, asOf } of quotes) {
        if (asOf < today.from) continue;
        const course = courses.get(ticker);
        if (course) add(course, [asOf, price]);
        else {
          const points: Course["points"] = [[asOf, price]];
          courses.set(ticker, { stepMs: firstStepMs, points, low: price, high: price });
        }
      }
    },
    of(ticker) {
      turnDay();
      return courses.get(ticker);
    },
  };
}

function add(course: Course, point: [at: number, price: Price]) {
  const [at, price] = point;
  if (price < course.low) course.low = price;
  if (price > course.high) course.high = price;
  const last = course.points.at(-1);
  const stepOf = (time: number) => Math.floor(time / course.stepMs);
  // The last price of a step represents it.
  if (last && stepOf(last[0]) === stepOf(at)) course.points[course.points.length - 1] = point;
  else course.points.push(point);
  while (course.points.length > pointsMax) {
    course.stepMs *= 2;
    course.points = course.points.filter(([time], index, { [index + 1]: next }) =>
      !next || stepOf(next[0]) !== stepOf(time)
    );
  }
}
