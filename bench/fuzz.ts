// Sends hostile requests to every route of a real server, and reports the answers. Fails on any fault.
//
//   deno task bench:fuzz --requests=100000 --seed=1

import { parseArgs } from "node:util";
import { routesOf } from "../tests/fuzz/routes.ts";
import { runRawFuzz } from "../tests/fuzz/raw_run.ts";
import { faultsOfLog, type FuzzReport, runFuzz } from "../tests/fuzz/run.ts";
import { registerFuzzUsers } from "../tests/fuzz/users.ts";
import { startServer } from "../tests/support/server.ts";

/** Garbage collection moves the resident size up and down by more than this, but not its minimum. */
const growthBytesMax = 48 * 1024 * 1024;
const mebibyte = 1024 * 1024;

if (import.meta.main) await main();

async function main() {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      requests: { type: "string", default: "100000" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
    },
  });
  const requests = Number(values.requests);
  const seed = Number(values.seed);
  console.info(`Seed ${seed}, ${requests} requests; replay: --seed=${seed} --requests=${requests}`);

  const server = await startServer({
    env: { POLL_INTERVAL_MS: "1000", LOG_LEVEL: "error", ALLOWED_ORIGINS: "http://x" },
  });
  const { url } = server;
  const routes = await routesOf(url);
  const users = await registerFuzzUsers(url);
  const residentBytes: number[] = [];
  const startedAt = performance.now();
  const report = await runFuzz({
    url,
    routes,
    users,
    seed,
    requests,
    onBatch: async () => void residentBytes.push(await readResidentBytes(url)),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const raw = await runRawFuzz({ url, seed, bent: Math.ceil(requests / 100) });
  const { success } = await server.stop();

  printTable(report);
  console.info(
    `\n${requests} requests in ${seconds.toFixed(0)} s; raw: ${[...raw.statuses].join(" ")}`,
  );
  const faults = [
    ...report.faults.map(({ route, fault, example, count }) =>
      `${route}: ${fault} (${count} times)\n    ${example}`
    ),
    ...raw.faults,
    ...faultsOfLog(server.output()),
    ...memoryFaults(residentBytes),
    ...(report.ownMarks > 0 ? [] : ["no user saw their own data, so no leak could show"]),
    ...(success ? [] : ["the server did not end well"]),
  ];
  for (const fault of faults) console.error(`\nFAULT ${fault}`);
  console.info(`\n${faults.length} faults`);
  Deno.exit(faults.length === 0 ? 0 : 1);
}

function printTable({ table }: FuzzReport) {
  const counts = [...table].toSorted(([a], [b]) => a < b ? -1 : 1);
  const statuses = [...new Set(counts.flatMap(([, row]) => [...row.keys()]))].toSorted();
  const width = Math.max(...counts.map(([route]) => route.length));
  const line = (route: string, cells: string[]) =>
    console.info(route.padEnd(width) + cells.map((cell) => cell.padStart(7)).join(""));
  line("", statuses);
  for (const [route, row] of counts) {
    line(
      route,
      statuses.map((status) => `${row.get(status) ?? ""}`),
    );
  }
}

/** Compares the minimum of the last third with that of the middle third. The first third is the warm-up. */
function memoryFaults(residentBytes: readonly number[]): string[] {
  const third = Math.floor(residentBytes.length / 3);
  if (third < 3) return [];
  const before = Math.min(...residentBytes.slice(third, 2 * third));
  const after = Math.min(...residentBytes.slice(2 * third));
  const growth = `${Math.round(before / mebibyte)} -> ${Math.round(after / mebibyte)} MiB resident`;
  console.info(`Memory after the warm-up: ${growth}`);
  return after - before > growthBytesMax ? [`memory grew: ${growth}`] : [];
}

async function readResidentBytes(url: string): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  return Number(/^quoteboard_memory_rss_bytes (\S+)/m.exec(await response.text())?.[1]);
}
