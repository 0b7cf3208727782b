// Owns the kinds of faults of a chaos run: how each begins and ends, and the time within which ticks must come again. Judges nothing.

import { findLeader } from "./logs.ts";
import type { Instance, Topology, Unit } from "./topology.ts";
import type { TcpProxy } from "../support/tcp_proxy.ts";

export interface FaultKind {
  readonly name: string;
  /** The time within which every viewer has ticks again, on a machine that is not busy. */
  readonly boundMs: number;
  /** True if the time counts from the start of the fault, because other instances take over. Otherwise it counts from its end. */
  readonly isSurvivable: boolean;
  /** Returns the function that ends the fault. `choice` is in [0, 1) and picks one of several instances. */
  begin(topology: Topology, choice: number): Promise<EndFault>;
}

type EndFault = () => Promise<void>;

const takenOver = { boundMs: 10_000, isSurvivable: true };
/** A viewer must first notice that its instance is silent. */
const noticed = { boundMs: 15_000, isSurvivable: true };
const healed = { boundMs: 10_000, isSurvivable: false };
/** The circuit breaker waits longer after each failed try. */
const upstreamHealed = { boundMs: 20_000, isSurvivable: false };

export const faultKinds: readonly FaultKind[] = [
  { name: "leader killed", ...takenOver, begin: (topology) => kill(leaderOf(topology)) },
  { name: "leader frozen", ...noticed, begin: (topology) => freeze(leaderOf(topology)) },
  { name: "instance killed", ...takenOver, begin: ({ web }, choice) => kill(pick(web, choice)) },
  { name: "instance frozen", ...noticed, begin: ({ web }, choice) => freeze(pick(web, choice)) },
  { name: "leader restarted", ...takenOver, begin: (topology) => stop(leaderOf(topology)) },
  {
    name: "instance restarted",
    ...takenOver,
    begin: ({ web }, choice) => stop(pick(web, choice)),
  },
  { name: "gateway killed", ...healed, begin: ({ gateway }) => kill(gateway) },
  { name: "gateway frozen", ...healed, begin: ({ gateway }) => freeze(gateway) },
  {
    name: "Redis gone, back empty",
    ...healed,
    async begin({ redis }) {
      await redis.stop();
      return () => redis.restart();
    },
  },
  {
    name: "Redis frozen",
    ...healed,
    begin({ redis }) {
      redis.pause();
      return ending(redis.resume);
    },
  },
  { name: "bus cut for one", ...healed, begin: (it, choice) => cut([pickLink(it, choice)]) },
  { name: "bus stalled for one", ...healed, begin: (it, choice) => stall([pickLink(it, choice)]) },
  { name: "bus cut for all", ...healed, begin: (it) => cut(busLinks(it)) },
  { name: "bus stalled for all", ...healed, begin: (it) => stall(busLinks(it)) },
  { name: "Postgres cut", ...healed, begin: (topology) => cut(storeLinks(topology)) },
  { name: "Postgres stalled", ...healed, begin: (topology) => stall(storeLinks(topology)) },
  {
    name: "Postgres crashed",
    ...healed,
    async begin({ postgres }) {
      await postgres.restart("crash");
      return () => Promise.resolve();
    },
  },
  { name: "upstream cut", ...upstreamHealed, begin: ({ upstreamLink }) => cut([upstreamLink]) },
  {
    name: "upstream stalled",
    ...upstreamHealed,
    begin: ({ upstreamLink }) => stall([upstreamLink]),
  },
  {
    name: "upstream restarted",
    ...upstreamHealed,
    async begin({ market }) {
      await market.stop();
      return ending(market.start);
    },
  },
];

/** The present leader. If there is none, an instance that may become the leader. */
function leaderOf({ instances }: Topology): Instance {
  return findLeader(instances) ?? pick(instances, 0);
}

function pick<T>(items: readonly T[], choice: number): T {
  const picked = items[Math.floor(choice * items.length)];
  if (picked === undefined) throw new Error("There is nothing to pick from.");
  return picked;
}

function pickLink({ instances }: Topology, choice: number): TcpProxy {
  return pick(instances, choice).busLink;
}

function busLinks({ instances }: Topology): TcpProxy[] {
  return instances.map(({ busLink }) => busLink);
}

function storeLinks({ instances }: Topology): TcpProxy[] {
  return instances.map(({ storeLink }) => storeLink);
}

async function kill(unit: Unit): Promise<EndFault> {
  await unit.kill();
  return unit.start;
}

async function stop(unit: Unit): Promise<EndFault> {
  await unit.stop();
  return unit.start;
}

function freeze(unit: Unit): Promise<EndFault> {
  unit.freeze();
  return ending(unit.thaw);
}

function cut(links: readonly TcpProxy[]): Promise<EndFault> {
  for (const link of links) link.cut();
  return ending(() => links.forEach((link) => link.heal()));
}

function stall(links: readonly TcpProxy[]): Promise<EndFault> {
  for (const link of links) link.stall();
  return ending(() => links.forEach((link) => link.heal()));
}

function ending(end: () => void): Promise<EndFault> {
  return Promise.resolve(() => Promise.resolve(end()));
}
