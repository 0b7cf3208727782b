// Owns one simulated instance of the service: a machine, and on it the real bus, poller and hub, connected as in main.ts.

import { createBusOver } from "../../lib/bus/redis_bus.ts";
import type { Bus } from "../../lib/bus/bus.ts";
import { createHub } from "../../lib/hub/hub.ts";
import type { Hub, SocketIdentity } from "../../lib/hub/hub_ports.ts";
import { createInterest } from "../../lib/interest/create_interest.ts";
import type { InterestService } from "../../lib/interest/interest.ts";
import { createLog } from "../../lib/log.ts";
import { isStale, parseTicker } from "../../lib/quote.ts";
import { createMetrics } from "../../lib/metrics.ts";
import { createPoller, type Poller } from "../../workers/poll_quotes.ts";
import { createUpstreams } from "../../workers/upstream/create_upstreams.ts";
import { createMachine, type Machine } from "./machine.ts";
import type { Mutation } from "./mutations.ts";
import type { Random } from "./random.ts";
import { createRedisLink, type RedisLink } from "./redis_link.ts";
import type { RedisServer } from "./redis_server.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimSocket } from "./sim_socket.ts";
import type { UpstreamModel } from "./upstream_model.ts";

export interface Instance {
  readonly name: string;
  /** The link of the running process. Undefined while no process runs. */
  readonly link: RedisLink | undefined;
  readonly isUp: boolean;
  start(): void;
  freeze(): void;
  thaw(): void;
  kill(): void;
  /** Stops the process, as SIGTERM does. */
  stop(): void;
  /** Undefined if the instance does not run. */
  connect(caller: {
    signedIn: string | undefined;
    makeSocket(machine: Machine): SimSocket;
  }): SimSocket | undefined;
}

export interface InstanceOptions {
  readonly name: string;
  readonly skewMs: number;
  readonly scheduler: Scheduler;
  readonly server: RedisServer;
  readonly upstream: UpstreamModel;
  readonly random: Random;
  readonly mutation: Mutation | undefined;
}

interface Process {
  readonly machine: Machine;
  readonly link: RedisLink;
  readonly sockets: Set<SimSocket>;
  isStopping: boolean;
  parts: { bus: Bus; hub: Hub; interest: InterestService; poller: Poller } | undefined;
}

export const pollIntervalMs = 5_000;
const minuteMs = 60_000;
const cronDelayMsMax = 200;
const upgradeMsMax = 30;
const drainMs = 2_000;
/** Connections of a dead process are reset after this time. */
const resetMs = 20;

// No test reads these. They are created once, because that takes longer than the rest of an instance.
const log = createLog("silent");
const metrics = createMetrics();

export function createInstance(options: InstanceOptions): Instance {
  const { name, skewMs, scheduler, server, upstream, random, mutation } = options;
  let process: Process | undefined;
  let starts = 0;
  /** True if a start was requested while the process was still stopping. */
  let startsAgain = false;

  function start() {
    startsAgain = process?.isStopping ?? false;
    if (process) return;
    const machine = createMachine(scheduler, { skewMs });
    const plainLink = createRedisLink({ scheduler, machine, server, random, name });
    const link = mutation?.link?.(plainLink) ?? plainLink;
    process = { machine, link, sockets: new Set(), isStopping: false, parts: undefined };
    void run(process, `${name} (${++starts})`);
  }

  async function run(started: Process, instanceId: string) {
    const { machine: { clock }, link, machine } = started;
    const common = { clock, log, metrics };
    const bus = await createBusOver(link, {
      ...common,
      isStale,
      cadenceMs: pollIntervalMs,
      random: random.next,
    });
    const universe = { isKnown: () => true, isMuchWatched: () => true };
    const interest = createInterest({ ...common, bus, universe, instanceId });
    const hub = createHub({
      ...common,
      bus,
      interest,
      readTicker: parseTicker,
      verifySocketToken: () => Promise.resolve(undefined),
      loadLists: () => Promise.resolve([]),
      limits: { socketsPerIp: 1_000, socketsPerUser: 20 },
      random: random.next,
    });
    const plainSource = upstream.sourceFor(machine, name);
    const source = mutation?.source?.(plainSource) ?? plainSource;
    const poller = createPoller({
      ...common,
      bus,
      instanceId,
      pollIntervalMs,
      upstreams: createUpstreams([source], { ...common, pollIntervalMs }),
    });
    started.parts = { bus, hub, interest, poller };
    void poller.openWindow();
    await runCron(poller, clock);
  }

  /** Runs at each full minute, a little late, as Deno.cron does. A minute that begins while the handler runs is skipped. */
  async function runCron(poller: Poller, clock: Machine["clock"]) {
    for (;;) {
      const turn = Math.floor(clock.now() / minuteMs + 1) * minuteMs;
      await clock.sleep(turn + random.between(0, cronDelayMsMax) - clock.now());
      await poller.openWindow();
    }
  }

  function end() {
    const ended = process;
    process = undefined;
    if (!ended) return;
    ended.machine.kill();
    ended.link.abandon();
    for (const socket of ended.sockets) {
      scheduler.at(scheduler.now() + resetMs, () => socket.vanish());
    }
    if (startsAgain) start();
  }

  async function leave(leaving: Process) {
    const { parts } = leaving;
    if (!parts) return end();
    await Promise.all([parts.poller.stop(), parts.hub.drain(drainMs)]);
    parts.interest.close();
    await parts.bus.close();
    if (process === leaving) end();
  }

  return {
    name,
    get link() {
      return process?.link;
    },
    get isUp() {
      return process !== undefined;
    },
    start,
    freeze: () => process?.machine.freeze(),
    thaw: () => process?.machine.thaw(),
    kill: end,
    stop() {
      const leaving = process;
      if (!leaving || leaving.isStopping) return;
      leaving.isStopping = true;
      leaving.machine.deliver(() => void leave(leaving));
    },
    connect({ signedIn, makeSocket }) {
      const target = process;
      if (!target) return undefined;
      const socket = makeSocket(target.machine);
      target.sockets.add(socket);
      const identity = signedIn === undefined ? undefined : identityOf(signedIn);
      scheduler.at(scheduler.now() + random.between(1, upgradeMsMax), () => {
        target.machine.deliver(() => accept(target, { socket, identity }));
      });
      return socket;
    },
  };

  function accept({ parts }: Process, { socket, identity }: {
    socket: SimSocket;
    identity: SocketIdentity | undefined;
  }) {
    // The instance does not listen yet.
    if (!parts) return socket.vanish();
    parts.hub.accept(socket, { address: "192.0.2.1", identity });
    socket.open();
  }
}

function identityOf(username: string): SocketIdentity {
  return { userId: username, username, sessionId: username, expiresAt: Number.MAX_SAFE_INTEGER };
}
