// Owns the order of requests and everything else: after some milliseconds of requests, due ticks and messages of the bus come first.

import { setImmediate } from "node:timers";
import { createMiddleware } from "hono/factory";
import { Problem } from "../../lib/errors.ts";
import type { Env } from "../env.ts";

/** Requests run this long without a pause. Then the event loop comes to its timers, sockets and files. */
const sliceMs = 5;
/** Requests that wait for their turn. One more answers 503, in its turn: a refusal takes time, too. */
const waitingMax = 1_000;
/** With those that wait for their refusal. One more answers 503 at once. */
const waitingAndRefusedMax = 10_000;
/** Requests that have begun and wait for something, such as the store. One more answers 503. */
const inProgressMax = 500;

/**
 * The platform hands over all requests that have arrived, one after the other. Without turns, a flood of them would
 * keep the timers waiting for as long as it lasts.
 */
export function takeTurns() {
  const waiting: (() => void)[] = [];
  /** Those of them that are not refused. */
  let acceptedCount = 0;
  let isPlanned = false;
  let sliceStartedAt = 0;

  function plan() {
    if (isPlanned) return;
    isPlanned = true;
    sliceStartedAt = performance.now();
    setImmediate(beginSlice);
  }

  function isSliceOver(): boolean {
    return performance.now() - sliceStartedAt >= sliceMs;
  }

  async function beginSlice() {
    sliceStartedAt = performance.now();
    while (waiting.length > 0 && !isSliceOver()) {
      waiting.shift()?.();
      // The time of what the request does next counts, too.
      await undefined;
    }
    isPlanned = false;
    if (waiting.length > 0) plan();
  }

  return createMiddleware<Env>(function takeTurn(_, next) {
    if (waiting.length >= waitingAndRefusedMax) throw new Problem("busy");
    const isRefused = acceptedCount >= waitingMax;
    const mayRun = waiting.length === 0 && !(isPlanned && isSliceOver());
    plan();
    if (mayRun) return next();
    if (!isRefused) acceptedCount++;
    return new Promise((resolve, reject) => {
      waiting.push(() => {
        if (isRefused) return reject(new Problem("busy"));
        acceptedCount--;
        next().then(resolve, reject);
      });
    });
  });
}

export function boundProgress() {
  let inProgress = 0;
  return createMiddleware<Env>(async function boundProgress(_, next) {
    if (inProgress >= inProgressMax) throw new Problem("busy");
    inProgress++;
    try {
      await next();
    } finally {
      inProgress--;
    }
  });
}
