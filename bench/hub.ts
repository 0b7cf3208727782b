// Measures the cost of one tick on its way to all sockets, and of two naive ways in the same run. It sets no limit.
//
//   deno run -P=bench_hub bench/hub.ts

import process from "node:process";
import type { Bus } from "../lib/bus/bus.ts";
import { price, sampleQuote, sampleTick, ticker } from "../lib/bus/bus_fixtures.ts";
import { createMemoryBus } from "../lib/bus/memory_bus.ts";
import { createClock } from "../lib/clock.ts";
import { createHub } from "../lib/hub/hub.ts";
import { FakeSocket } from "../lib/hub/socket/socket_fixtures.ts";
import type { Socket } from "../lib/hub/hub_ports.ts";
import { createInterest } from "../lib/interest/create_interest.ts";
import { createLog } from "../lib/log.ts";
import { createMetrics } from "../lib/metrics.ts";
import { fullQuote } from "../lib/protocol.ts";
import { isStale, parseTicker, type Ticker } from "../lib/quote.ts";

const tickersPerSocket = 20;
/** One ticker for five sockets in each row, so that the work per tick has the same share in each row. */
const socketsPerTicker = 5;
/** The share of tickers with a new price in each tick. The others are polled too, but did not change. */
const changingShare = 0.9;
const allWays = ["hub", "JSON.stringify per socket", "a frame per ticker"] as const;
type Way = typeof allWays[number];

interface Watcher {
  readonly socket: Socket;
  readonly tickers: readonly Ticker[];
}

/** Reads one character of each frame, because the engine never joins the parts of a string that nobody reads. */
class SinkSocket extends FakeSocket {
  static framesSeen = 0;
  override send(data: string): void {
    if (data.charCodeAt(data.length - 1) === 0) throw new Error("No frame ends with NUL.");
    SinkSocket.framesSeen++;
  }
}

if (import.meta.main) {
  const [role, url] = Deno.args;
  if (role === "clients" && url) runClients(url, Number(Deno.args[2]));
  else await main();
}

async function main() {
  print(["sockets", "way", "us/socket", "frames/s a core", "ns/quote", "hub is faster"]);
  await benchFakes({ count: 1_000, ticks: 100 });
  await benchFakes({ count: 10_000, ticks: 12 });
  await benchLoopback({ count: 500, ticks: 40 });
  print(["", "(a real frame's cost is nearly all the platform's write to the socket)"]);
  print(["", "(CPU time of the process, median of 5 rounds in changing order)"]);
  Deno.exit();
}

async function benchFakes({ count, ticks }: { count: number; ticks: number }) {
  const stage = await createStage(count);
  const watchers = Array.from({ length: count }, (_, index) => {
    const socket = new SinkSocket();
    const tickers = pickTickers(index, count);
    stage.hub.accept(socket, { address: `${index}`, identity: undefined });
    socket.open();
    socket.receive({ type: "subscribe", tickers });
    return { socket, tickers };
  });
  stage.watchers.push(...watchers);
  await compare(stage, {
    label: `${count} fake`,
    // A frame to a fake socket costs nothing, so measuring twenty frames a socket would show nothing.
    ways: ["hub", "JSON.stringify per socket"],
    ticks,
    settled: async (frames) => {
      while (SinkSocket.framesSeen < frames) await pause();
      SinkSocket.framesSeen = 0;
    },
  });
}

/** Uses real sockets. Their clients run in a separate process. */
async function benchLoopback({ count, ticks }: { count: number; ticks: number }) {
  const stage = await createStage(count);
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const index = stage.watchers.length;
    stage.watchers.push({ socket, tickers: pickTickers(index, count) });
    stage.hub.accept(socket, { address: `${index}`, identity: undefined });
    return response;
  });
  const script = new URL(import.meta.url).pathname;
  const clients = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", script, "clients", `${server.addr.port}`, `${count}`],
  }).spawn();
  // Each client receives a hello and a snapshot of its tickers.
  while (await stage.framesSent() < 2 * count) await pause();
  const isDrained = ({ socket }: Watcher) => socket.bufferedAmount === 0;
  await compare(stage, {
    label: `${count} real`,
    ways: allWays,
    ticks,
    settled: async () => {
      do await pause(); while (!stage.watchers.every(isDrained));
    },
  });
  clients.kill();
}

/** The child process: it opens sockets that subscribe and then only read. */
function runClients(port: string, count: number) {
  for (let index = 0; index < count; index++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    const message = JSON.stringify({ type: "subscribe", tickers: pickTickers(index, count) });
    socket.onopen = () => socket.send(message);
  }
}

type Stage = Awaited<ReturnType<typeof createStage>>;

/** Creates three buses with the same ticks: one feeds the hub, the others feed the same sockets in a naive way. */
async function createStage(count: number) {
  const universe = universeFor(count);
  const clock = createClock();
  const log = createLog("silent");
  const metrics = createMetrics();
  const watchers: Watcher[] = [];
  const createBus = async () => {
    const bus = createMemoryBus({ clock, log, metrics, isStale, cadenceMs: 5_000 });
    const lease = await bus.lease.take("bench", { ttlMs: 3_600_000, seenEpoch: 0 });
    if (!lease) throw new Error("The lease of a new bus is free.");
    return { bus, lease, seq: 0 };
  };
  const buses = {
    "hub": await createBus(),
    "JSON.stringify per socket": await createBus(),
    "a frame per ticker": await createBus(),
  };
  const everyTicker = { isKnown: () => true, isMuchWatched: () => true };
  const interest = createInterest({
    bus: buses.hub.bus,
    clock,
    log,
    universe: everyTicker,
    instanceId: "bench",
  });
  const hub = createHub({
    bus: buses.hub.bus,
    clock,
    log,
    metrics,
    readTicker: parseTicker,
    interest,
    verifySocketToken: () => Promise.resolve(undefined),
    loadLists: () => Promise.resolve([]),
    limits: { socketsPerIp: 10, socketsPerUser: 10 },
  });
  const stringify = buses["JSON.stringify per socket"].bus;
  stringify.subscribe(() => sendWholeMessages(stringify, watchers));
  const perTicker = buses["a frame per ticker"].bus;
  perTicker.subscribe(() => sendFramePerTicker(perTicker, { universe, watchers }));
  return {
    hub,
    watchers,
    framesSent: async () => (await metrics.framesSent.get()).values[0]?.value ?? 0,
    /** Creates the tick now, and publishes it when the returned function is called. */
    prepareTick(way: Way) {
      const target = buses[way];
      const { epoch } = target.lease;
      const at = clock.now() + target.seq;
      target.seq++;
      const changing = Math.round(universe.length * changingShare);
      const quotes = universe.slice(0, changing).map((ticker) =>
        sampleQuote(ticker, { at, price: price(`${100 + target.seq / 100}`) })
      );
      const unchanged = universe.slice(changing);
      const tick = sampleTick({ epoch, seq: target.seq, at, quotes, unchanged });
      return () => target.bus.publish(tick, target.lease);
    },
  };
}

function sendWholeMessages(bus: Bus, watchers: readonly Watcher[]) {
  for (const { socket, tickers } of watchers) {
    const { quotes, ...latest } = bus.latest(tickers);
    const full = quotes.map((quote) => fullQuote(quote, latest.at));
    socket.send(JSON.stringify({ type: "tick", ...latest, quotes: full }));
  }
}

function sendFramePerTicker(bus: Bus, { universe, watchers }: {
  universe: readonly Ticker[];
  watchers: readonly Watcher[];
}) {
  const frames = new Map<Ticker, string>();
  const { quotes, ...latest } = bus.latest(universe);
  for (const quote of quotes) {
    const message = { type: "tick", ...latest, quotes: [fullQuote(quote, latest.at)] };
    frames.set(quote.ticker, JSON.stringify(message));
  }
  for (const { socket, tickers } of watchers) {
    for (const ticker of tickers) socket.send(frames.get(ticker) ?? "");
  }
}

async function compare(stage: Stage, { label, ways, ticks, settled }: {
  label: string;
  ways: readonly Way[];
  ticks: number;
  settled: (frames: number) => Promise<void>;
}) {
  const framesPerSocket = (way: Way) => way === "a frame per ticker" ? tickersPerSocket : 1;
  const count = stage.watchers.length;
  const cpuUs = new Map<Way, number[]>(ways.map((way) => [way, []]));
  await settled(0);
  for (let round = 0; round < 6; round++) {
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      const publishers = [];
      for (let index = 0; index < ticks; index++) publishers.push(stage.prepareTick(way));
      const before = process.cpuUsage();
      for (const publish of publishers) {
        await publish();
        await settled(count * framesPerSocket(way));
      }
      const { user, system } = process.cpuUsage(before);
      // The first round warms up the compiler and is not counted.
      if (round > 0) cpuUs.get(way)?.push((user + system) / ticks / count);
    }
  }
  const hubUs = median(cpuUs.get("hub") ?? []);
  for (const way of ways) {
    const us = median(cpuUs.get(way) ?? []);
    print([
      label,
      way,
      us.toFixed(2),
      Math.round(1e6 / us * framesPerSocket(way)).toLocaleString("en"),
      (us * 1_000 / tickersPerSocket).toFixed(0),
      way === "hub" ? "" : `${(us / hubUs).toFixed(1)}x`,
    ]);
  }
}

function universeFor(count: number): Ticker[] {
  return Array.from({ length: count / socketsPerTicker }, (_, index) => ticker(`T${index}`));
}

/** A few tickers are on many lists, most tickers are on few. */
function pickTickers(seed: number, count: number): Ticker[] {
  const universe = universeFor(count);
  const picked = new Set<Ticker>();
  let state = seed * 7_919 + 1;
  while (picked.size < tickersPerSocket) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const fraction = state / 2_147_483_648;
    const chosen = universe[Math.floor(fraction * fraction * universe.length)];
    if (chosen) picked.add(chosen);
  }
  return [...picked];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function print(cells: readonly string[]) {
  const widths = [11, 27, 10, 17, 10, 14];
  const line = cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("").trimEnd();
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
