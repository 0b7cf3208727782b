// Owns a fuzz run: many hostile requests over kept connections, a verdict on each answer, and a table of the statuses.

import fc from "fast-check";
import { addressOf, type Exchange, KeptConnection, latin1 } from "./connection.ts";
import { arbitraryRequest, encodeRequest, type FuzzRequest } from "./requests.ts";
import type { FuzzRoute } from "./routes.ts";
import type { FuzzUsers } from "./users.ts";
import { faultsOf, textOf } from "./verdict.ts";

export interface FuzzOptions {
  readonly url: string;
  readonly routes: readonly FuzzRoute[];
  readonly users: FuzzUsers;
  readonly seed: number;
  readonly requests: number;
  readonly connections?: number;
  /** Called after each batch with the number of requests so far. */
  readonly onBatch?: (done: number) => Promise<void>;
}

export interface Fault {
  readonly route: string;
  readonly fault: string;
  /** The first request with this fault, escaped. */
  readonly example: string;
  count: number;
}

export interface FuzzReport {
  readonly faults: readonly Fault[];
  /** How often each status came, by route. */
  readonly table: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** How often an answer to a user contained the user's own marks. If it is 0, the run could not have detected a leak. */
  readonly ownMarks: number;
}

/** Each batch has its own seed, so that memory holds one batch only, and runs with neighboring seeds share no batch. */
const seedStep = 1_000_003;
const batchSize = 1_000;
const exampleLengthMax = 1_500;

export async function runFuzz(
  { url, routes, users, seed, requests, connections = 24, onBatch }: FuzzOptions,
): Promise<FuzzReport> {
  const arbitrary = arbitraryRequest(routes, users);
  const kept = Array.from({ length: connections }, () => new KeptConnection(addressOf(url)));
  const faults = new Map<string, Fault>();
  const table = new Map<string, Map<string, number>>();
  let ownMarks = 0;

  function record(request: FuzzRequest, answer: Exchange) {
    const route = `${request.route.method} ${request.route.path}`;
    const statuses = table.get(route) ?? new Map<string, number>();
    table.set(route, statuses);
    const status = typeof answer === "string" ? answer : String(answer.status);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (typeof answer !== "string" && (request.caller === "a" || request.caller === "b")) {
      const { secrets } = users[request.caller];
      const content = textOf(answer);
      if (secrets.some((secret) => content.includes(secret))) ownMarks++;
    }
    for (const fault of faultsOf(request, answer, users)) {
      const key = `${route} ${fault}`;
      const known = faults.get(key) ??
        { route, fault, example: exampleOf(request, users), count: 0 };
      known.count++;
      faults.set(key, known);
    }
  }

  for (let done = 0; done < requests; done += batchSize) {
    const numRuns = Math.min(batchSize, requests - done);
    const batch = fc.sample(arbitrary, { seed: seed + done / batchSize * seedStep, numRuns })
      .values();
    await Promise.all(kept.map(async (connection) => {
      for (const request of batch) {
        record(request, await connection.exchange(encodeRequest(request), request));
      }
    }));
    await onBatch?.(done + numRuns);
  }
  for (const connection of kept) connection.close();
  return { faults: [...faults.values()], table, ownMarks };
}

/** Errors in the service's log, including requests whose client left before the answer. */
export function faultsOfLog(output: string): string[] {
  const causes = output.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return /error:|panicked/i.test(line) ? [line] : [];
    const { level, msg, method, path, cause } = JSON.parse(line);
    return level >= 50 ? [`${msg}: ${method} ${path}: ${cause}`] : [];
  });
  return [...new Set(causes)];
}

/** Escaped, and with names instead of tokens, which differ in each run. */
function exampleOf(request: FuzzRequest, { a, b, leaver }: FuzzUsers): string {
  let wire = JSON.stringify(latin1(encodeRequest(request)));
  for (const [name, user] of Object.entries({ a, b, leaver })) {
    wire = wire.replaceAll(user.accessToken, `<access token of ${name}>`)
      .replaceAll(user.refreshToken, `<refresh token of ${name}>`);
  }
  const shown = wire.length > exampleLengthMax ? `${wire.slice(0, exampleLengthMax)} ...` : wire;
  return `as ${request.caller}: ${shown}`;
}
