// Owns one run: builds the world of a plan, advances its time, and reports the first broken promise. Chooses nothing.

import { callLimits } from "../../workers/upstream/budget.ts";
import { createClient } from "./client.ts";
import { createChecks } from "./checks.ts";
import { hostileFromMs, passBesideHostile, passEnding } from "./ending.ts";
import { healedAfter, planFaults } from "./faults.ts";
import { startHostile } from "./hostile.ts";
import { createInstance } from "./instance.ts";
import type { Mutation } from "./mutations.ts";
import type { Plan } from "./plan.ts";
import { createRandom } from "./random.ts";
import { createRedisServer } from "./redis_server.ts";
import { createScheduler } from "./scheduler.ts";
import { settlingMs } from "./settling.ts";
import { createUpstreamModel } from "./upstream_model.ts";

export interface Run {
  /** Undefined if every promise was kept. */
  readonly broken: { readonly promise: string; readonly atMs: number } | undefined;
  /** The events of the run, with the milliseconds since the start. Empty unless tracing is on. */
  readonly happenings: readonly string[];
  readonly calls: number;
  readonly framesRead: number;
  /** The number of Redis commands of each instance. */
  readonly commands: ReadonlyMap<string, number>;
}

export interface RunOptions {
  readonly mutation?: Mutation | undefined;
  /** Records the events of the run. */
  readonly isTraced?: boolean;
}

const dayBegin = Date.UTC(2026, 2, 11, 14, 30);

export async function simulate(
  plan: Plan,
  { mutation, isTraced = false }: RunOptions = {},
): Promise<Run> {
  const startMs = dayBegin + plan.startSecond * 1_000;
  const scheduler = createScheduler(startMs);
  const random = createRandom(plan.seed);
  const happenings: string[] = [];
  let broken: Run["broken"];
  let framesRead = 0;
  const sinceStart = () => scheduler.now() - startMs;
  const trace = (what: () => string) => isTraced && happenings.push(`${sinceStart()} ${what()}`);

  function fail(promise: string) {
    if (broken) return;
    trace(() => `BROKEN ${promise}`);
    broken = { promise, atMs: sinceStart() };
    scheduler.stop();
  }

  const checks = createChecks({
    scheduler,
    limits: promisedLimits(plan),
    upstream: () => upstream,
    fail,
  });
  const { tickers, batchSize, hasTimes, isLastUnknown, limits } = plan.upstream;
  const upstream = createUpstreamModel({
    ...{ scheduler, random, batchSize, hasTimes, isLastUnknown, tickerCount: tickers },
    limits: callLimits(limits) ?? [],
    onCall(call) {
      trace(() => `${call.caller} asks the upstream for ${call.tickers.join()}`);
      checks.called(call);
    },
  });
  const server = createRedisServer({
    now: scheduler.now,
    fault: mutation?.redis,
    onRun: (script, { args, reply, caller }) =>
      trace(() => `${caller} runs ${script} ${args.join(" ")}: ${JSON.stringify(reply)}`),
  });
  server.listen((message) => {
    trace(() => `${server.caller} publishes ${message}`);
    checks.published(message, server.caller);
  });
  const instances = plan.skewsMs.map((skewMs, index) =>
    createInstance({
      ...{ skewMs, scheduler, server, upstream, random, mutation, name: `instance ${index}` },
    })
  );
  for (const instance of instances) instance.start();
  const clients = plan.clients.map((client, index) =>
    createClient({
      ...{ scheduler, random, instances, plan: client, name: `client ${index}` },
      tickers: client.tickers.map((place) => upstream.tickers[place % tickers]!),
      watch: {
        reconnected: checks.reconnected,
        received(reader, message) {
          framesRead++;
          trace(() => `${reader.name} reads ${JSON.stringify(message)}`);
          checks.received(reader, message);
        },
      },
    })
  );
  const world = { scheduler, server, upstream, instances, clients };
  if (plan.hostile) {
    const options = { scheduler, random, instances, tickers: upstream.tickers };
    startHostile({ ...options, plan: plan.hostile, fromMs: hostileFromMs });
  }
  planFaults(world, plan.faults);

  try {
    await scheduler.runUntil(startMs + healedAfter(plan) + settlingMs(plan));
    const { hostile } = plan;
    if (!broken && hostile) await passBesideHostile({ plan: hostile, world, checks, fail });
    else if (!broken) await passEnding({ plan, world, checks, fail });
  } catch (error) {
    fail(`nothing throws: ${error instanceof Error ? error.stack : error}`);
  }

  return {
    broken,
    happenings,
    calls: upstream.calls.length,
    framesRead,
    commands: server.commands(),
  };
}

/**
 * Redis and the instances that received the last tick know how many calls were used. If Redis loses this number, and a
 * process that did not receive it may become the leader, no instance can keep the budget: then nothing is promised.
 */
function promisedLimits({ faults, skewsMs, upstream: { limits } }: Plan) {
  const isRedisEmptied = faults.some(({ kind }) => kind === "redis_empty");
  const isInstanceGone = faults.some(({ kind }) => kind === "kill" || kind === "stop");
  return isRedisEmptied && (isInstanceGone || skewsMs.length > 1) ? {} : limits;
}
