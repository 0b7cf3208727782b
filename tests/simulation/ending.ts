// Owns the last part of a run, after all faults: at each mark, prices, calls and commands must be as promised. Builds nothing.

import { callLimits } from "../../workers/upstream/budget.ts";
import type { Checks } from "./checks.ts";
import type { FaultyWorld } from "./faults.ts";
import { pollIntervalMs } from "./instance.ts";
import { creditMax, creditPerMinute } from "../../lib/interest/newcomer_credit.ts";
import type { HostilePlan, Plan } from "./plan.ts";

interface EndingOptions {
  readonly plan: Plan;
  readonly world: FaultyWorld;
  readonly checks: Checks;
  /** Called for each broken promise. It stops the time. */
  readonly fail: (promise: string) => void;
}

/** Each mark is checked this long after it, when its tick has arrived even if the leader's clock is a second late. */
const markSeenMs = 4_000;
/** An instance polls for a mark at most this long before or after it, because its clock is off. */
const skewMsMax = 1_000;
const calmMarks = 4;
/** Commands of a standby: its interest, once in 10 s, and the lease at each full minute. */
const standbyCommandsMax = 3;
const leaderCommandsMax = 3 * calmMarks + standbyCommandsMax;
/** A promised tick that is later than this is too late. */
const lateMsMax = 2_500;

export async function passEnding({ plan, world, checks, fail }: EndingOptions): Promise<void> {
  const { scheduler, server, upstream } = world;
  const clients = world.clients.filter(({ hasLeft }) => !hasLeft);
  const isLimited = callLimits(plan.upstream.limits) !== undefined;
  // Each new leader looks for the unknown ticker once: that costs it a mark and more calls.
  const { isLastUnknown } = plan.upstream;
  const isCalm = plan.faults.length === 0 && !isLimited && !isLastUnknown;
  const missedMs = isLastUnknown ? pollIntervalMs : 0;
  const watched = new Set(clients.flatMap(({ tickers }) => tickers)).size;
  const callsDue = Math.ceil(watched / plan.upstream.batchSize);

  await passMark();
  const commandsBefore = new Map(server.commands());
  for (let marks = 0; marks < calmMarks; marks++) {
    const callsBefore = upstream.calls.length;
    await passMark();
    const calls = upstream.calls.length - callsBefore;
    // The number of instances must not change the number of calls.
    if (isCalm && calls !== callsDue) fail(`${calls} calls in a calm tick that needs ${callsDue}`);
  }
  for (const { name, isConnected } of clients) if (!isConnected) fail(`${name} is not connected`);
  if (plan.clients.length === 0 && upstream.calls.length > 0) fail("calls without any viewer");
  const { at, promisedMs, publisher } = checks.lastTick();
  const lateMs = scheduler.now() - at - promisedMs;
  if (lateMs > lateMsMax) fail(`no instance leads: the next tick is ${lateMs} ms late`);
  if (isCalm) checkCommands({ publisher });

  async function passMark() {
    const mark = (Math.floor(scheduler.now() / pollIntervalMs) + 1) * pollIntervalMs;
    await scheduler.runUntil(mark + markSeenMs);
    // With a budget, the cadence may be slower and tickers may be left out.
    if (isLimited) return;
    checks.everyoneIsCurrent(clients, mark - pollIntervalMs - missedMs - skewMsMax);
  }

  function checkCommands({ publisher }: { publisher: string }) {
    for (const [name, count] of server.commands()) {
      const used = count - (commandsBefore.get(name) ?? 0);
      const most = name === publisher ? leaderCommandsMax : standbyCommandsMax;
      if (used > most) fail(`${name} needs ${used} commands in ${calmMarks} calm ticks`);
    }
  }
}

/** The honest user has its prices before the others come. */
export const hostileFromMs = 20_000;
const hostileMarks = 30;
/** At the start, the service reads the user's tickers by calls of their own. */
const startCallsMax = 3;

/** From the first mark on, beside all hostile viewers, the honest user's prices keep the cadence. */
export async function passBesideHostile(
  { plan, world: { scheduler, upstream, clients, instances }, checks, fail }:
    & Omit<EndingOptions, "plan">
    & {
      plan: HostilePlan;
    },
): Promise<void> {
  const startMs = scheduler.now();
  for (let marks = 0; marks < hostileMarks; marks++) {
    const mark = (Math.floor(scheduler.now() / pollIntervalMs) + 1) * pollIntervalMs;
    await scheduler.runUntil(mark + markSeenMs);
    checks.everyoneIsCurrent(clients, mark - pollIntervalMs - skewMsMax);
  }
  if (plan.kind !== "switching") return;
  const minutes = (scheduler.now() - startMs) / 60_000;
  const credit = creditMax.network + creditPerMinute * minutes;
  // The visitors have one address, and each instance counts for itself.
  const callsMax = hostileMarks + startCallsMax + credit * Math.min(plan.count, instances.length);
  const calls = upstream.calls.length;
  if (calls > callsMax) {
    fail(`${calls} calls beside switching viewers, at most ${callsMax} are due`);
  }
}
