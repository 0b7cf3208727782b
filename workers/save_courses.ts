// Owns saving today's courses of prices: the leader does it at most once a minute, and at its stop. Never delays a tick.

import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { DaySeries } from "../lib/market/day_series.ts";
import type { CourseStore, SavedCourse } from "../lib/store/store.ts";

export interface CourseSaves {
  /** Starts a save if one is due and none runs; returns at once. */
  runIfDue(): void;
  /** The leader saves once more, so that a restart leaves a short gap. Never rejects. */
  stop(): Promise<void>;
}

export interface CourseSavesOptions {
  readonly daySeries: Pick<DaySeries, "toSave" | "restore">;
  readonly store: CourseStore;
  readonly clock: Clock;
  readonly log: Log;
}

const saveEveryMs = 60_000;
/** An instance that has not saved for this long has not led: it first reads what the leader saved. */
const trustedMs = 3 * saveEveryMs;
/** A store that does not answer does not hold the stop. */
const stopMsMax = 400;
/** The event loop is free after this number of courses, some ms. */
const coursesAtOnce = 500;

export function createCourseSaves(
  { daySeries, store, clock, log }: CourseSavesOptions,
): CourseSaves {
  let running: Promise<void> | undefined;
  let startedAt = -Infinity;
  let savedAt = -Infinity;
  let stopped = false;

  async function save() {
    if (clock.now() - savedAt > trustedMs) {
      for (const part of partsOf(await store.courses())) {
        daySeries.restore(part);
        await clock.sleep(0);
      }
    }
    const courses: SavedCourse[] = [];
    for (const course of daySeries.toSave()) {
      courses.push(course);
      if (courses.length % coursesAtOnce === 0) await clock.sleep(0);
    }
    if (courses.length > 0) await store.saveCourses(courses);
    savedAt = clock.now();
  }

  async function run() {
    startedAt = clock.now();
    try {
      await save();
    } catch (error) {
      log.warn({ err: error }, "Today's courses could not be saved; the next minute tries again.");
    } finally {
      running = undefined;
    }
  }

  return {
    runIfDue() {
      if (running || stopped || clock.now() < startedAt + saveEveryMs) return;
      running = run();
    },
    async stop() {
      stopped = true;
      const hasLed = clock.now() - savedAt <= trustedMs;
      const last = (running ?? Promise.resolve()).then(() => hasLed ? run() : undefined);
      await Promise.race([last, clock.sleep(stopMsMax)]);
    },
  };
}

function* partsOf(courses: readonly SavedCourse[]): Generator<readonly SavedCourse[]> {
  for (let from = 0; from < courses.length; from += coursesAtOnce) {
    yield courses.slice(from, from + coursesAtOnce);
  }
}
