// Owns the time of a simulation: it runs events in an order that depends on nothing else. Does not know what the events do.

import { setImmediate } from "node:timers";

export interface Scheduler {
  /** Unix ms. */
  now(): number;
  /** Runs at this time, after all earlier events for the same time. The returned function cancels. */
  at(time: number, run: () => void): () => void;
  /** Advances the time. Each event, with all its microtasks, ends before the next event begins. */
  runUntil(time: number): Promise<void>;
  /** Ends `runUntil` after the present event. */
  stop(): void;
}

interface Event {
  readonly time: number;
  readonly order: number;
  run: (() => void) | undefined;
}

export function createScheduler(startMs: number): Scheduler {
  let now = startMs;
  let order = 0;
  let isStopped = false;
  /** A binary heap with the next event first. */
  const heap: Event[] = [];

  function push(event: Event) {
    let place = heap.push(event) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = event;
  }

  function pop(): Event | undefined {
    const [first] = heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return first;
  }

  return {
    now: () => now,
    at(time, run) {
      const event: Event = { time: Math.max(now, Math.ceil(time)), order: order++, run };
      push(event);
      return () => event.run = undefined;
    },
    async runUntil(time) {
      // First, everything that the caller began runs to its end.
      await microtasksDone();
      while (!isStopped && heap[0] && heap[0].time <= time) {
        const event = pop();
        if (!event?.run) continue;
        now = event.time;
        event.run();
        await microtasksDone();
      }
      now = Math.max(now, time);
    },
    stop: () => isStopped = true,
  };
}

function isBefore(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

/** An immediate runs only after all microtasks. */
function microtasksDone(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
