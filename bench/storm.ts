// Measures a storm of signed-in sockets on a process that serves others already: with a core of its own, and with a third of one.
//
//   deno task bench:storm --sockets=2000 --rate=1500

import { parseArgs } from "node:util";
import { createKeySet, loadSigningKeys } from "../lib/auth/sessions/signing_keys.ts";
import { createTokens } from "../lib/auth/sessions/tokens.ts";
import { createClock } from "../lib/clock.ts";
import { openKvStore } from "../lib/store/kv_store.ts";
import { call, openLive } from "../tests/support/api_client.ts";
import { startServer, type TestServer } from "../tests/support/server.ts";
import { benchUser, loadStore } from "./store_data.ts";

const tickMs = 5_000;
const earlySockets = 100;
const tickersPerSocket = 20;
/** The process runs for the first part of each period, and is stopped for the rest. */
const periodMs = 30;
const share = 1 / 3;
/** A storm that is not served in this time is reported as it is. */
const stormMsMax = 300_000;
/** A socket that is refused or closed comes back after a random time up to this. */
const retryMsMax = 5_000;
/** After the storm, until it has settled: ticks of this time count, too. */
const afterMs = 2 * tickMs;

interface StormResult {
  readonly served: number;
  readonly servedMs: number;
  readonly refused: number;
  readonly closed: Record<string, number>;
}

interface Row {
  readonly name: string;
  readonly storm: StormResult;
  readonly ticks: number;
  readonly missed: number;
  readonly lateMsMax: number;
  readonly earlyClosed: number;
}

if (import.meta.main) {
  const { values, positionals: [role, url = ""] } = parseArgs({
    allowPositionals: true,
    options: {
      sockets: { type: "string", default: "2000" },
      rate: { type: "string", default: "1500" },
    },
  });
  const options = { sockets: Number(values.sockets), rate: Number(values.rate) };
  if (role === "storm") await storm(url, options);
  else await main(options);
}

async function main(options: { sockets: number; rate: number }) {
  const folder = await Deno.makeTempDir();
  const jwtKeys = await createKeySet();
  const users = { path: `${folder}/storm.kv`, jwtKeys };
  const tokens = await prepareUsers(users, options.sockets);
  const rows = [
    await measure("a core of its own", { ...options, ...users, tokens, isSlow: false }),
    await measure("a third of a core", { ...options, ...users, tokens, isSlow: true }),
  ];
  await Deno.remove(folder, { recursive: true });
  print(rows, options);
  Deno.exit();
}

async function measure(
  name: string,
  { isSlow, path, jwtKeys, tokens, sockets, rate }: {
    isSlow: boolean;
    path: string;
    jwtKeys: string;
    tokens: readonly string[];
    sockets: number;
    rate: number;
  },
): Promise<Row> {
  const server = await startServer({
    env: {
      KV_PATH: path,
      JWT_KEYS: jwtKeys,
      SOCKETS_PER_IP: "1000000",
      POLL_INTERVAL_MS: `${tickMs}`,
    },
  });
  const early = await openEarly(server);
  const recover = isSlow ? slowDown(server) : () => {};

  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      import.meta.filename ?? "",
      "storm",
      server.url,
      `--sockets=${sockets}`,
      `--rate=${rate}`,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(tokens)));
  await writer.close();
  const result: StormResult = await new Response(child.stdout).json();

  const watched = early.stop();
  recover();
  await server.stop("SIGKILL");
  return { name, storm: result, ...watched };
}

/** Each user has a list. Returns an access token for each. */
async function prepareUsers(
  { path, jwtKeys }: { path: string; jwtKeys: string },
  count: number,
): Promise<string[]> {
  const clock = createClock();
  const store = await openKvStore({ path, clock });
  await loadStore(store, count);
  const keys = await loadSigningKeys({ jwtKeys, store });
  await store.close();
  const { access } = createTokens({ keys, clock });
  return await Promise.all(Array.from({ length: count }, async (_, number) => {
    const { id, username, session } = benchUser(number);
    const subject = { userId: id, username, sessionId: session.id };
    return (await access(subject, { issuedAt: clock.now() })).token;
  }));
}

/** Sockets that were served before the storm, in this process. */
async function openEarly(server: TestServer) {
  const { body } = await call(
    `${server.url}/api/securities?query=a&limit=${tickersPerSocket}`,
  );
  const tickers = body.map(({ ticker }: { ticker: string }) => ticker);
  const live = await Promise.all(Array.from({ length: earlySockets }, async () => {
    const client = await openLive(server.url);
    client.send({ type: "subscribe", tickers });
    await client.next("snapshot");
    return client;
  }));
  const marks = live.map(() => [] as number[]);
  const startedAt = Date.now();
  let lateMsMax = 0;
  let earlyClosed = 0;
  for (const [index, { socket }] of live.entries()) {
    socket.onmessage = ({ data }) => {
      if (!data.startsWith(`{"type":"tick"`)) return;
      const { nextAt, tickMs } = JSON.parse(data);
      const mark = nextAt - tickMs;
      // Some sockets still get the tick before.
      if (mark < startedAt) return;
      lateMsMax = Math.max(lateMsMax, Date.now() - mark);
      marks[index]?.push(mark);
    };
    socket.onclose = () => earlyClosed++;
  }
  return {
    stop() {
      const last = Math.max(...marks.flat());
      // The last tick may still be under way to some.
      const got = marks.map((own) => new Set(own.filter((mark) => mark < last)));
      const expected = got.reduce((all, own) => all.union(own), new Set<number>()).size;
      const missed = got.reduce((sum, own) => sum + expected - own.size, 0);
      return { ticks: expected, missed, lateMsMax, earlyClosed };
    },
  };
}

/** Lets the process run for a share of each period only. Returns its end. */
function slowDown(server: TestServer): () => void {
  let isSlow = true;
  void (async () => {
    while (isSlow) {
      server.signal("SIGSTOP");
      await sleep(periodMs * (1 - share));
      server.signal("SIGCONT");
      await sleep(periodMs * share);
    }
  })();
  return () => isSlow = false;
}

/** The child process: opens the sockets at the rate, and brings back those that are refused or closed. */
async function storm(url: string, { sockets, rate }: { sockets: number; rate: number }) {
  const tokens: string[] = await new Response(Deno.stdin.readable).json();
  const startedAt = Date.now();
  let served = 0;
  let servedMs = 0;
  let refused = 0;
  const closed: Record<string, number> = {};
  let isEnded = false;

  function open(number: number) {
    if (isEnded) return;
    const headers = { cookie: `qb_access=${tokens[number]}` };
    // The DOM's types do not know the platform's headers option.
    const socket: WebSocket = Reflect.construct(WebSocket, [`${url.replace(/^http/, "ws")}/ws`, {
      headers,
    }]);
    let isOpen = false;
    let isServed = false;
    socket.onopen = () => isOpen = true;
    socket.onmessage = ({ data }) => {
      if (isServed || !data.startsWith(`{"type":"snapshot"`)) return;
      isServed = true;
      served++;
      servedMs = Date.now() - startedAt;
    };
    socket.onclose = ({ code }) => {
      if (isEnded) return;
      if (isServed) served--;
      if (isOpen) closed[code] = (closed[code] ?? 0) + 1;
      else refused++;
      setTimeout(() => open(number), Math.random() * retryMsMax);
    };
  }

  for (let number = 0; number < sockets;) {
    const due = Math.min(sockets, (Date.now() - startedAt) * rate / 1_000);
    for (; number < due; number++) open(number);
    await sleep(5);
  }
  while (served < sockets && Date.now() - startedAt < stormMsMax) await sleep(50);
  await sleep(afterMs);
  isEnded = true;
  console.info(JSON.stringify({ served, servedMs, refused, closed }));
  Deno.exit();
}

function print(rows: readonly Row[], { sockets, rate }: { sockets: number; rate: number }) {
  console.info(
    `${sockets} signed-in sockets at ${rate}/s, beside ${earlySockets} that are served already\n`,
  );
  row("the process has", "snapshots", "after s", "refused", "closed", "ticks", "missed", "late ms");
  for (const { name, storm, ticks, missed, lateMsMax, earlyClosed } of rows) {
    const closed = Object.entries(storm.closed).map(([code, count]) => `${count}x${code}`);
    row(
      name,
      storm.served,
      (storm.servedMs / 1_000).toFixed(1),
      storm.refused,
      [...closed, ...(earlyClosed ? [`${earlyClosed} early`] : [])].join(" ") || 0,
      ticks * earlySockets,
      missed,
      lateMsMax,
    );
  }
  console.info("\nTicks, missed and late are of the sockets that were served before the storm.");
}

function row(...cells: (string | number)[]) {
  const [first = "", ...others] = cells.map(String);
  console.info(first.padEnd(20) + others.map((cell) => cell.padStart(11)).join(""));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
