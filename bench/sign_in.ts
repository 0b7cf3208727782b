// Measures whether 200 wrong passwords a second delay live prices: one service, by turns without and with them. Because
// checking passwords keeps a core busy by design, it also measures as many harmless requests with a second process that uses as much CPU.
//
//   deno task bench:sign-in --sockets=500 --rounds=4 --seconds=15
//   deno task bench:sign-in --only=victim      how long another user's sign-in takes meanwhile

import { parseArgs } from "node:util";
import { startServer } from "../tests/support/server.ts";
import { measureVictim } from "./sign_in_victim.ts";

/** Short, so that a short run has many ticks. */
const tickMs = 1_000;
const attemptsPerSecond = 200;
const tickersPerSocket = 20;
const stepMs = 50;
/** After a change of phase, requests that are still running belong to neither phase, so they are not counted. */
const settleMs = 2_000;

/** The names of the phases in the messages to the attacker process, and in the table. */
const phases = {
  off: "nothing",
  harmless: `${attemptsPerSecond} harmless/s`,
  on: `${attemptsPerSecond} wrong/s`,
} as const;
type Phase = keyof typeof phases;

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      sockets: { type: "string", default: "500" },
      rounds: { type: "string", default: "4" },
      seconds: { type: "string", default: "15" },
      only: { type: "string" },
    },
  });
  const [role, url] = positionals;
  if (role === "attack" && url) await attack(url);
  else if (role === "burn") await burn();
  else {
    const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
    if (values.only !== "victim") {
      await main({ sockets: Number(values.sockets), rounds, phaseMs: seconds * 1_000 });
    }
    await printVictim(rounds * seconds);
  }
}

async function main(
  { sockets, rounds, phaseMs }: { sockets: number; rounds: number; phaseMs: number },
) {
  const server = await startServer({
    // Each attempt comes from another address, so that none is refused before its password is checked.
    env: { POLL_INTERVAL_MS: `${tickMs}`, TRUST_PROXY: "1", LOG_LEVEL: "error" },
  });
  const lateness: Record<Phase, number[]> = { off: [], harmless: [], on: [] };
  let phase: Phase | undefined;
  const opened = await openSockets(server.url, {
    count: sockets,
    onTick: (lateMs) => void (phase && lateness[phase].push(lateMs)),
  });
  const attacker = startChild("attack", server.url);
  const burner = startChild("burn", server.url);

  for (let round = 0; round < rounds; round++) {
    const order: Phase[] = ["off", "harmless", "on"];
    for (const next of round % 2 === 0 ? order : order.toReversed()) {
      await Promise.all([attacker.send(next), burner.send(next)]);
      await sleep(settleMs);
      phase = next;
      await sleep(phaseMs);
      phase = undefined;
    }
  }

  const attackMs = rounds * phaseMs;
  const answers = JSON.parse(await attacker.end());
  await burner.end();
  for (const socket of opened) socket.close();
  await server.stop();
  print({ sockets, lateness, answers, attackMs });
}

/** Resolves when all sockets are open and have their snapshots. */
function openSockets(
  url: string,
  { count, onTick }: { count: number; onTick: (lateMs: number) => void },
): Promise<WebSocket[]> {
  const tickers = fetch(`${url}/api/securities?query=a&limit=${tickersPerSocket}`)
    .then((response) => response.json())
    .then((found: { ticker: string }[]) => found.map(({ ticker }) => ticker));
  return Promise.all(Array.from({ length: count }, () => {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws`);
    return new Promise<WebSocket>((resolve, reject) => {
      socket.onerror = () => reject(new Error("A socket could not be opened."));
      socket.onopen = async () =>
        socket.send(JSON.stringify({ type: "subscribe", tickers: await tickers }));
      socket.onmessage = ({ data }) => {
        // Marks are multiples of the cadence on the wall clock, which all processes on this machine share.
        if (data.startsWith(`{"type":"tick"`)) onTick(Date.now() % tickMs);
        else if (data.startsWith(`{"type":"snapshot"`)) resolve(socket);
      };
    });
  }));
}

/** Runs in a separate process, so that its work does not delay the reading of prices here. */
function startChild(role: "attack" | "burn", url: string) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net", import.meta.filename ?? "", role, url],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const output = new Response(process.stdout).text();
  return {
    send: (order: Phase) => writer.write(new TextEncoder().encode(order)),
    async end(): Promise<string> {
      await writer.close();
      return await output;
    },
  };
}

/** The child process: in each phase that needs it, it sends requests at a steady rate and does not wait for the answers. */
async function attack(url: string) {
  const answers: Record<string, number> = {};
  let sent = 0;

  async function attempt(number: number) {
    const response = await fetch(`${url}/api/auth/login`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-forwarded-for": `10.${number >> 16 & 255}.${number >> 8 & 255}.${number & 255}`,
      },
      body: JSON.stringify({ username: `user-${number}`, password: "a wrong password" }),
    });
    await response.body?.cancel();
    answers[response.status] = (answers[response.status] ?? 0) + 1;
  }

  async function harmless() {
    const response = await fetch(`${url}/healthz`);
    await response.body?.cancel();
  }

  await eachPhase((phase) => {
    if (phase === "off") return;
    for (let some = attemptsPerSecond * stepMs / 1_000; some > 0; some--) {
      void (phase === "on" ? attempt(++sent) : harmless());
    }
  });
  console.info(JSON.stringify(answers));
  Deno.exit();
}

/** The second child process: it uses as much of a core as the checking of passwords does. */
async function burn() {
  await eachPhase((phase) => {
    const until = performance.now() + stepMs;
    while (phase === "harmless" && performance.now() < until);
  });
  Deno.exit();
}

/** Yields each phase, until the other process closes the channel. */
async function eachPhase(step: (phase: string) => void) {
  let phase = "off";
  const timer = setInterval(() => step(phase), stepMs);
  for await (const order of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) phase = order;
  clearInterval(timer);
}

function print({ sockets, lateness, answers, attackMs }: {
  sockets: number;
  lateness: Record<Phase, number[]>;
  answers: Record<string, number>;
  attackMs: number;
}) {
  console.info(`${sockets} sockets of ${tickersPerSocket} tickers, one tick a second\n`);
  row("beside", "frames", "p50 ms", "p99 ms", "max ms");
  for (const phase of ["off", "harmless", "on"] as const) {
    const sorted = lateness[phase].toSorted((a, b) => a - b);
    const quantiles = [0.5, 0.99, 1].map((share) => quantile(sorted, share));
    row(phases[phase], sorted.length, ...quantiles);
  }
  const p99 = (phase: Phase) => quantile(lateness[phase].toSorted((a, b) => a - b), 0.99);
  const ratio = (other: Phase) => (p99("on") / p99(other)).toFixed(2);
  console.info(
    `\np99 under attack is ${ratio("off")} times that without, ${
      ratio("harmless")
    } times that of as much harmless work.`,
  );
  const report = Object.entries(answers).map(([status, count]) => `${count} x ${status}`).join(
    ", ",
  );
  console.info(`Answers within ${attackMs / 1_000} s of attack and what settled: ${report}.`);
}

async function printVictim(seconds: number) {
  console.info(`\nSign-ins of another user beside ${attemptsPerSecond} a second of an attacker:`);
  row("beside", "sign-ins", "refused", "p50 ms", "p99 ms", "max ms");
  for (const { attack, ms, refused } of await measureVictim({ seconds })) {
    const quantiles = [0.5, 0.99, 1].map((share) => Math.round(quantile(ms, share)));
    row(attack, ms.length, refused, ...quantiles);
  }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function row(...cells: (string | number)[]) {
  const [first = "", ...others] = cells.map(String);
  console.info(first.padEnd(18) + others.map((cell) => cell.padStart(10)).join(""));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
