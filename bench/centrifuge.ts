// Measures the hub and Centrifuge, the engine of Centrifugo, with the same ticks and clients in one run. It sets no limit.
//
// The reference is bench/centrifuge/main.go. On Debian it needs golang-go and the packages
// golang-github-{centrifugal-centrifuge,centrifugal-protocol,fzambia-eagle,igm-sockjs-go,mna-redisc}-dev;
// Debian 12 has Centrifuge 0.15. A channel is a ticker, as is usual with it; it joins the messages for a client into frames.

import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { price, sampleQuote, sampleTick, ticker } from "../lib/bus/bus_fixtures.ts";
import { createMemoryBus } from "../lib/bus/memory_bus.ts";
import { createClock } from "../lib/clock.ts";
import { createHub } from "../lib/hub/hub.ts";
import { createInterest } from "../lib/interest/create_interest.ts";
import { createLog } from "../lib/log.ts";
import { isStale, parseTicker } from "../lib/quote.ts";
import { createMetrics } from "../lib/metrics.ts";

const tickersPerSocket = 20;
const universeSize = 100;
const ticksPerRound = 40;
const rounds = 6;

/** What the comparison needs from a server of quotes. */
interface Contender {
  readonly name: string;
  readonly port: number;
  /** Resolves when all subscriptions are active. */
  settled(sockets: number): Promise<void>;
  /** Publishes a new price of every ticker. */
  tick(seq: number): Promise<void>;
  cpuUs(): Promise<number>;
}

if (import.meta.main) {
  const [role, port, count] = Deno.args;
  if (role === "hub clients" || role === "centrifuge clients") {
    runClients({ port: Number(port), count: Number(count), isHub: role === "hub clients" });
  } else {
    await main();
  }
}

async function main() {
  print(["sockets", "server", "us/socket", "bytes/tick", "frames/tick", "hub is faster"]);
  for (const sockets of [250, 1_000]) await compare(sockets);
  print([
    "",
    "(CPU time of the server's process, both cores; median of 5 rounds in changing order)",
  ]);
  Deno.exit();
}

async function compare(sockets: number) {
  const contenders = [await startHub(), await startCentrifuge()];
  const entries = [];
  for (const contender of contenders) {
    const clients = startClients(contender, sockets);
    await contender.settled(sockets);
    entries.push({ contender, clients, costsUs: [] as number[] });
  }
  let seq = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { contender, clients, costsUs } of round % 2 ? entries.toReversed() : entries) {
      const before = await contender.cpuUs();
      for (let count = 0; count < ticksPerRound; count++) {
        await contender.tick(++seq);
        await clients.tickArrived();
      }
      // The first round warms up the compilers and is not counted.
      if (round > 0) costsUs.push((await contender.cpuUs() - before) / ticksPerRound / sockets);
    }
  }
  const hubUs = median(entries[0]?.costsUs ?? []);
  for (const { contender, clients, costsUs } of entries) {
    const us = median(costsUs);
    const perTick = (sum: number) => Math.round(sum / sockets / ticksPerRound / rounds);
    const ratio = contender.name === "hub" ? "" : `${(us / hubUs).toFixed(1)}x`;
    const { bytes, frames } = clients.seen();
    print([
      `${sockets}`,
      contender.name,
      us.toFixed(1),
      `${perTick(bytes)}`,
      `${perTick(frames)}`,
      ratio,
    ]);
    clients.stop();
  }
}

async function startHub(): Promise<Contender> {
  const clock = createClock();
  const log = createLog("silent");
  const metrics = createMetrics();
  const bus = createMemoryBus({ clock, log, metrics, isStale, cadenceMs: 5_000 });
  const lease = await bus.lease.take("bench", { ttlMs: 3_600_000, seenEpoch: 0 });
  if (!lease) throw new Error("The lease of a new bus is free.");
  const universe = { isKnown: () => true, isMuchWatched: () => true };
  const interest = createInterest({ bus, clock, log, universe, instanceId: "bench" });
  const hub = createHub({
    bus,
    clock,
    log,
    metrics,
    readTicker: parseTicker,
    interest,
    verifySocketToken: () => Promise.resolve(undefined),
    loadLists: () => Promise.resolve([]),
    limits: { socketsPerIp: 100_000, socketsPerUser: 10 },
  });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    hub.accept(socket, { address: "127.0.0.1", identity: undefined });
    return response;
  });
  return {
    name: "hub",
    port: server.addr.port,
    async settled(sockets) {
      const framesSent = async () => (await metrics.framesSent.get()).values[0]?.value ?? 0;
      // Each client receives a hello and a snapshot of its tickers.
      while (await framesSent() < 2 * sockets) await clock.sleep(10);
    },
    async tick(seq) {
      const at = clock.now();
      const quotes = Array.from(
        { length: universeSize },
        (_, index) =>
          sampleQuote(`T${index}`, { at: at + seq, price: price(`${100 + seq / 100}`) }),
      );
      await bus.publish(sampleTick({ epoch: lease.epoch, seq, at, quotes }), lease);
    },
    cpuUs() {
      const { user, system } = process.cpuUsage();
      return Promise.resolve(user + system);
    },
  };
}

async function startCentrifuge(): Promise<Contender> {
  const binary = await buildCentrifuge();
  const child = startProcess(binary, []);
  const port = Number(await child.nextLine());
  function order(text: string): Promise<string> {
    child.write(`${text}\n`);
    return child.nextLine();
  }
  return {
    name: "Centrifuge",
    port,
    settled: async (sockets) => void await order(`subscriptions ${sockets * tickersPerSocket}`),
    tick: async (seq) => void await order(`tick ${seq} ${universeSize}`),
    cpuUs: async () => Number((await order("cpu")).split(" ")[0]),
  };
}

/** Builds with the libraries that Debian packages, so no module is downloaded. */
async function buildCentrifuge(): Promise<string> {
  const binary = await Deno.makeTempFile({ prefix: "centrifuge" });
  const build = new Deno.Command("go", {
    args: ["build", "-o", binary, "main.go"],
    cwd: new URL("./centrifuge", import.meta.url),
    env: { GO111MODULE: "off", GOPATH: "/usr/share/gocode" },
  });
  try {
    if ((await build.spawn().status).success) return binary;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.error("The reference needs Go and its libraries: see the top of bench/centrifuge.ts.");
  Deno.exit(1);
}

/** Runs the sockets in a separate process, which reports when all of them have a tick's prices. */
function startClients({ name, port }: Contender, sockets: number) {
  const role = name === "hub" ? "hub clients" : "centrifuge clients";
  const script = new URL(import.meta.url).pathname;
  const args = [
    "run",
    "--no-check",
    "--allow-net=127.0.0.1",
    "--allow-env",
    "--allow-read",
    "--allow-sys=hostname",
    script,
    role,
    `${port}`,
    `${sockets}`,
  ];
  const child = startProcess(Deno.execPath(), args);
  let last = "0 0";
  return {
    async tickArrived() {
      last = await child.nextLine();
    },
    seen() {
      const [bytes = 0, frames = 0] = last.split(" ").map(Number);
      return { bytes, frames };
    },
    stop: child.stop,
  };
}

function runClients({ port, count, isHub }: { port: number; count: number; isHub: boolean }) {
  const seen = { quotes: 0, bytes: 0, frames: 0 };
  const path = isHub ? "/" : "/connection/websocket";
  for (let index = 0; index < count; index++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    const tickers = Array.from(
      { length: tickersPerSocket },
      (_, place) => ticker(`T${(index * 7 + place * 3) % universeSize}`),
    );
    socket.onopen = () => {
      const messages = isHub ? [{ type: "subscribe", tickers }] : [
        { id: 1, params: {} },
        ...tickers.map((channel, place) => ({
          id: place + 2,
          method: 1,
          params: { channel },
        })),
      ];
      for (const message of messages) socket.send(JSON.stringify(message));
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const quotes = data.split('["T').length - 1;
      if (quotes === 0) return;
      seen.bytes += data.length;
      seen.frames++;
      const before = Math.floor(seen.quotes / count / tickersPerSocket);
      seen.quotes += quotes;
      const after = Math.floor(seen.quotes / count / tickersPerSocket);
      if (after > before) console.log(`${seen.bytes} ${seen.frames}`);
    };
  }
}

function startProcess(command: string, args: string[]) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    write: (text: string) => void child.stdin.write(text),
    async nextLine(): Promise<string> {
      const { done, value } = await lines.next();
      if (done) throw new Error(`${command} has ended.`);
      return value;
    },
    stop: () => void child.kill(),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function print(cells: readonly string[]) {
  const widths = [9, 13, 11, 12, 13, 14];
  console.info(cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("").trimEnd());
}
