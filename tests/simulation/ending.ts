// Owns the last stretch of a run, when all faults are over: mark by mark everything must be as it should. Builds nothing.

import { callLimits } from "../../workers/upstream/budget.ts";
import type { Checks } from "./checks.ts";
import type { FaultyWorld } from "./faults.ts";
import { pollIntervalMs } from "./instance.ts";
import type { Plan } from "./plan.ts";

interface EndingOptions {
  readonly plan: Plan;
  readonly world: FaultyWorld;
  readonly checks: Checks;
  /** Called with each broken promise; the time stands still from then on. */
  readonly fail: (promise: string) => void;
}

/** Marks are looked at when their ticks have arrived, be their leader's clock a second off. */
const markSeenMs = 4_000;
/** The polling of a mark begins so much before or after it. */
const skewMsMax = 1_000;
const calmMarks = 4;
/** What is wanted, once in 10 s; and the lease at the turn of a minute. */
const standbyCommandsMax = 3;
const leaderCommandsMax = 3 * calmMarks + standbyCommandsMax;
/** Later than this, a promised tick is not on time. */
const lateMsMax = 2_500;

export async function passEnding({ plan, world, checks, fail }: EndingOptions): Promise<void> {
  const { scheduler, server, upstream } = world;
  const clients = world.clients.filter(({ hasLeft }) => !hasLeft);
  const isLimited = callLimits(plan.upstream.limits) !== undefined;
  const isCalm = plan.faults.length === 0 && !isLimited;
  const watched = new Set(clients.flatMap(({ tickers }) => tickers)).size;
  const callsDue = Math.ceil(watched / plan.upstream.batchSize);

  await passMark();
  const commandsBefore = new Map(server.commands());
  for (let marks = 0; marks < calmMarks; marks++) {
    const callsBefore = upstream.calls.length;
    await passMark();
    const calls = upstream.calls.length - callsBefore;
    // Whatever the number of instances.
    if (isCalm && calls !== callsDue) fail(`${calls} calls in a calm tick that needs ${callsDue}`);
  }
  for (const { name, isConnected } of clients) if (!isConnected) fail(`${name} is not connected`);
  if (plan.clients.length === 0 && upstream.calls.length > 0) fail("calls without any viewer");
  const { at, promisedMs, publisher } = checks.lastTick();
  const lateMs = scheduler.now() - at - promisedMs;
  if (lateMs > lateMsMax) fail(`nobody leads: the next tick is ${lateMs} ms late`);
  if (isCalm) checkCommands({ publisher });

  async function passMark() {
    const mark = (Math.floor(scheduler.now() / pollIntervalMs) + 1) * pollIntervalMs;
    await scheduler.runUntil(mark + markSeenMs);
    // A budget may slow the cadence, and leave out tickers.
    if (!isLimited) checks.everyoneIsCurrent(clients, mark - pollIntervalMs - skewMsMax);
  }

  function checkCommands({ publisher }: { publisher: string }) {
    for (const [name, count] of server.commands()) {
      const spent = count - (commandsBefore.get(name) ?? 0);
      const most = name === publisher ? leaderCommandsMax : standbyCommandsMax;
      if (spent > most) fail(`${name} needs ${spent} commands in ${calmMarks} calm ticks`);
    }
  }
}
