// Owns how the faults of a plan begin and end in a simulated world. Chooses nothing, judges nothing.

import type { Client } from "./client.ts";
import type { Instance } from "./instance.ts";
import type { Fault, Plan } from "./plan.ts";
import type { RedisServer } from "./redis_server.ts";
import type { Scheduler } from "./scheduler.ts";
import type { UpstreamModel } from "./upstream_model.ts";

export interface FaultyWorld {
  readonly scheduler: Scheduler;
  readonly server: RedisServer;
  readonly upstream: UpstreamModel;
  readonly instances: readonly Instance[];
  readonly clients: readonly Client[];
}

const lagMsMax = 20_000;
const disorderMsMax = 700;

/** The time from the start until the last fault has ended. What was sent to a slow Redis arrives even later. */
export function healedAfter({ faults, clients }: Plan): number {
  const ends = faults.map((fault) =>
    fault.atMs + fault.forMs + (fault.kind === "redis_slow" ? fault.byMs : 0)
  );
  return Math.max(0, ...ends, ...clients.map(({ fromMs }) => fromMs));
}

export function planFaults(world: FaultyWorld, faults: readonly Fault[]): void {
  const { scheduler } = world;
  const startMs = scheduler.now();
  for (const fault of faults) {
    scheduler.at(startMs + fault.atMs, () => {
      const end = begin(world, fault);
      if (end) scheduler.at(startMs + fault.atMs + fault.forMs, end);
    });
  }
}

/** Begins the fault and returns the function that ends it. */
function begin(world: FaultyWorld, fault: Fault): (() => void) | undefined {
  const { server, upstream, instances, clients } = world;
  switch (fault.kind) {
    case "freeze":
    case "kill":
    case "stop":
      return beginAt(instances[fault.instance % instances.length], fault.kind);
    case "lose":
      return onLink(world, fault.instance, ({ faults }) => {
        faults.toLose = fault.messages;
        return () => faults.toLose = 0;
      });
    case "disorder":
      return onLink(world, fault.instance, ({ faults }) => {
        faults.disorderMs = disorderMsMax;
        return () => faults.disorderMs = 0;
      });
    case "commands":
      return onLink(world, fault.instance, ({ faults }) => {
        faults.commands = fault.how;
        return () => faults.commands = "pass";
      });
    case "streams":
      return onLink(world, fault.instance, (link) => link.endStreams(fault.how));
    case "redis_slow":
      server.slowMs = fault.byMs;
      return () => server.slowMs = 0;
    case "redis_empty":
      server.isUp = false;
      server.empty();
      for (const { link } of instances) link?.endStreams(fault.how);
      return () => server.isUp = true;
    case "upstream_slow":
      upstream.faults.slowMs = fault.byMs;
      return () => upstream.faults.slowMs = 0;
    case "upstream_fails":
      upstream.faults.failedShare = fault.share;
      return () => upstream.faults.failedShare = 0;
    case "upstream_limits":
      upstream.faults.retryAfterMs = fault.retryAfterMs;
      return () => upstream.faults.retryAfterMs = 0;
    case "upstream_misses":
      upstream.faults.missingShare = 0.5;
      return () => upstream.faults.missingShare = 0;
    case "upstream_lags":
      upstream.faults.lagMs = lagMsMax;
      return () => upstream.faults.lagMs = 0;
    case "client_moves":
      clients[fault.client % clients.length]?.moveOn();
      return undefined;
    case "client_leaves":
      clients[fault.client % clients.length]?.leave();
      return undefined;
    case "client_stalls":
      clients[fault.client % clients.length]?.stall();
      return () => clients[fault.client % clients.length]?.readOn();
  }
}

function beginAt(instance: Instance | undefined, kind: "freeze" | "kill" | "stop") {
  if (!instance) return undefined;
  instance[kind]();
  if (kind === "freeze") return () => instance.thaw();
  // The instance may still be stopping. Then it starts after it has stopped.
  return () => instance.start();
}

function onLink(
  { instances }: FaultyWorld,
  index: number,
  begin: (link: NonNullable<Instance["link"]>) => (() => void) | void,
) {
  const link = instances[index % instances.length]?.link;
  return link && begin(link) || undefined;
}
