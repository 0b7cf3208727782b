// Measures how late ticks are while many connections ask for something cheap without pause, beside the cheapest request of all.
//
//   deno task bench:flood --connections=300 --seconds=10

import { parseArgs } from "node:util";
import { openLive } from "../tests/support/api_client.ts";
import { startFlood } from "../tests/support/request_flood.ts";
import { startServer } from "../tests/support/server.ts";

/** Short, so that a short run has many ticks. */
const tickMs = 1_000;
const pipelined = 20;
/** After a flood, what is still late belongs to no flood. */
const settleMs = 3_000;

const oddTexts = Array.from({ length: 50 }, (_, index) => `qz${index} xüy ${"ab".repeat(index)}`);
const base = "/healthz";
const floods: Record<string, string[]> = {
  nothing: [],
  [base]: [base],
  "/api/openapi.json": ["/api/openapi.json"],
  "searches of odd text": oddTexts.map((text) =>
    `/api/securities?limit=50&query=${encodeURIComponent(text)}`
  ),
  "/ (a page)": ["/"],
};

interface Result {
  readonly answers: Record<string, number>;
  readonly lateMs: readonly number[];
  /** Marks without a tick. */
  readonly missed: number;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      connections: { type: "string", default: "300" },
      seconds: { type: "string", default: "10" },
    },
  });
  await main({ connections: Number(values.connections), ms: Number(values.seconds) * 1_000 });
}

async function main(options: { connections: number; ms: number }) {
  const server = await startServer({
    env: { POLL_INTERVAL_MS: `${tickMs}`, LOG_LEVEL: "error" },
  });
  const results: Record<string, Result> = {};
  for (const [name, paths] of Object.entries(floods)) {
    results[name] = await measure(server.url, { ...options, paths });
  }
  await server.stop();
  print(results, options);
}

async function measure(
  url: string,
  { paths, connections, ms }: { paths: string[]; connections: number; ms: number },
): Promise<Result> {
  const live = await openLive(url);
  live.send({ type: "subscribe", tickers: ["AAPL"] });
  await live.next("tick");
  const flood = paths.length > 0 ? await startFlood({ url, paths, connections, pipelined }) : null;
  const lateMs: number[] = [];
  const marks = new Set<number>();
  live.socket.onmessage = ({ data }) => {
    if (!data.startsWith(`{"type":"tick"`)) return;
    const mark = JSON.parse(data).nextAt - tickMs;
    lateMs.push(Date.now() - mark);
    marks.add(mark);
  };
  await sleep(ms);
  const answers = await flood?.stop() ?? {};
  live.close();
  await sleep(settleMs);
  const span = Math.max(...marks) - Math.min(...marks);
  return { answers, lateMs, missed: span / tickMs + 1 - marks.size };
}

function print(results: Record<string, Result>, options: { connections: number; ms: number }) {
  const { connections, ms } = options;
  console.info(
    `${connections} connections, ${pipelined} requests each at once; one tick in ${tickMs} ms\n`,
  );
  row("asked for", "200/s", "503/s", "ticks", "missed", "p50 ms", "max ms", "max ratio");
  const maxMs = (name: string) => Math.max(...results[name]?.lateMs ?? []);
  for (const [name, { answers, lateMs, missed }] of Object.entries(results)) {
    const sorted = lateMs.toSorted((a, b) => a - b);
    row(
      name,
      ...[200, 503].map((status) => Math.round((answers[status] ?? 0) / ms * 1_000)),
      lateMs.length,
      missed,
      sorted[Math.floor(sorted.length / 2)] ?? NaN,
      maxMs(name),
      (maxMs(name) / maxMs(base)).toFixed(2),
    );
  }
  console.info(`\nThe ratio is that of the latest tick to the latest one beside ${base}.`);
}

function row(...cells: (string | number)[]) {
  const [first = "", ...others] = cells.map(String);
  console.info(first.padEnd(22) + others.map((cell) => cell.padStart(10)).join(""));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
