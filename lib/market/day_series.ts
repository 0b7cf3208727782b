// Owns today's courses of all prices as this instance saw them, with those that others saved. Reads no history.

import type { Clock } from "../clock.ts";
import type { Quote, Ticker } from "../quote.ts";
import { calendar } from "./calendar.ts";
import {
  addPoint,
  type Course,
  type CoursePoint,
  mergeCourses,
  readCourse,
  startCourse,
  writeCourse,
} from "./course.ts";

/** The prices that were seen since midnight in New York. */
export type Series = Readonly<Omit<Course, "points">> & { readonly points: readonly CoursePoint[] };

/** What one tick says was read. */
export interface Reading {
  readonly quotes: Iterable<Quote>;
  /** Tickers that were read again, at the same price. */
  readonly unchanged: Iterable<Ticker>;
  readonly at: number;
  /** How often prices are read at present. */
  readonly cadenceMs: number;
}

/** The store saves it in this form. */
export interface SavedCourse {
  readonly ticker: Ticker;
  readonly course: string;
}

export interface DaySeries {
  take(reading: Reading): void;
  /** Undefined if no price was seen today. */
  of(ticker: Ticker): Series | undefined;
  /** All courses of today, at most `coursesMax`. */
  toSave(): Generator<SavedCourse>;
  /** Merges what another instance, or this one before its restart, saved today. An older day does not count. */
  restore(saved: Iterable<SavedCourse>): void;
}

/** A further ticker has no course today. */
export const coursesMax = 20_000;

export function createDaySeries({ clock }: { clock: Clock }): DaySeries {
  const courses = new Map<Ticker, Course>();
  let today = calendar.dayAt(clock.now());

  function turnDay() {
    if (clock.now() < today.until) return;
    today = calendar.dayAt(clock.now());
    courses.clear();
  }

  function keep(ticker: Ticker, course: Course) {
    if (courses.size < coursesMax || courses.has(ticker)) courses.set(ticker, course);
  }

  return {
    take({ quotes, unchanged, at, cadenceMs }) {
      turnDay();
      for (const { ticker, price, asOf, seenAt, session } of quotes) {
        if (asOf < today.from) continue;
        // A price that is read after the close is still that of the close.
        const readAt = session === "closed" ? asOf : seenAt;
        const course = courses.get(ticker);
        if (course) addPoint(course, [readAt, price], cadenceMs);
        else keep(ticker, startCourse([readAt, price], cadenceMs));
      }
      for (const ticker of unchanged) {
        const course = courses.get(ticker);
        const price = course?.points.at(-1)?.[1];
        if (course && price) addPoint(course, [at, price], cadenceMs);
      }
    },
    of(ticker) {
      turnDay();
      return courses.get(ticker);
    },
    *toSave() {
      turnDay();
      for (const [ticker, course] of courses) yield { ticker, course: writeCourse(course) };
    },
    restore(saved) {
      turnDay();
      for (const { ticker, course: text } of saved) {
        const course = readCourse(text);
        if (!course || course.points[0]![0] < today.from) continue;
        const present = courses.get(ticker);
        keep(ticker, present ? mergeCourses(course, present) : course);
      }
    },
  };
}
