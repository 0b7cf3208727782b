// Measures the stores: the time of each operation with many users, and with 1,000 users for comparison.
// Run: deno task bench:store [--users=1000000] [--kv-users=50000] [--calls=3000]

import { parseArgs } from "node:util";
import { v7 as uuidv7 } from "uuid";
import { createClock } from "../lib/clock.ts";
import { createLog } from "../lib/log.ts";
import type { Ticker } from "../lib/quote.ts";
import { openKvStore } from "../lib/store/kv_store.ts";
import { parsePostgresAddress } from "../lib/store/postgres/address.ts";
import { connectPostgres, createPostgresClient, type Sql } from "../lib/store/postgres/client.ts";
import { createPostgresStore, openPostgresStore } from "../lib/store/postgres_store.ts";
import type { Store } from "../lib/store/store.ts";
import { startPostgres } from "../tests/support/postgres.ts";
import { benchUser, loadPostgres, loadStore, tickerOf, tickersPerUser } from "./store_data.ts";

const fewUsers = 1_000;

/** The p99 with many users is at most this many times the one with few. */
const growthMax = 2;

const warmUpCalls = 300;

const clock = createClock();
const log = createLog("warn");

interface Subject {
  readonly store: Store;
  readonly users: number;
  /** The tickers that were added, by the user's number. */
  readonly added: Map<number, Ticker[]>;
  /** The present token of each refreshed session. */
  readonly tokens: Map<string, string>;
}

type Operation = (subject: Subject, number: number) => Promise<unknown>;

/** At the start, no user's list contains this ticker or the ones after it. */
const firstAdded = 20_000;

/** With few users each one is visited more often, so each visit adds and removes another ticker. */
const operations: Readonly<Record<string, Operation>> = {
  "a user's lists": ({ store }, number) => store.lists(benchUser(number).id),
  "add": ({ store, added }, number) => {
    const before = added.get(number) ?? [];
    const ticker = tickerOf(firstAdded + before.length);
    added.set(number, [...before, ticker]);
    return expect("added", store.addTicker({ ...firstOf(number), ticker }));
  },
  "reorder": ({ store, added }, number) => {
    const tickers = shuffled([...benchUser(number).tickers, ...added.get(number) ?? []]);
    return expect("reordered", store.reorderTickers({ ...firstOf(number), tickers }));
  },
  "remove": ({ store, added }, number) => {
    const ticker = added.get(number)?.pop() ?? tickerOf(firstAdded);
    return expect("removed", store.removeTicker({ ...firstOf(number), ticker }));
  },
  "sign in": async ({ store }, number) => {
    const { username, session } = benchUser(number);
    const ifPasswordHash = (await store.credentials(username))!.passwordHash;
    const opened = { ...session, id: uuidv7(), createdAt: Date.now() };
    if (!await store.createSession(opened, { ifPasswordHash })) throw new Error("Refused");
  },
  "refresh": async ({ store, tokens }, number) => {
    const { session: { id: sessionId, tokenHash, idleExpiresAt } } = benchUser(number);
    const from = tokens.get(sessionId) ?? tokenHash;
    const to = uuidv7().padEnd(tokenHash.length, "n");
    const rotation = { sessionId, from, to, at: Date.now(), idleExpiresAt };
    if ((await store.rotateSession(rotation))?.tokenHash !== to) throw new Error("Lost");
    tokens.set(sessionId, to);
  },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "users": { type: "string", default: "1000000" },
      "kv-users": { type: "string", default: "50000" },
      "calls": { type: "string", default: "3000" },
    },
  });
  const calls = Number(values.calls);
  const heldPostgres = await benchPostgres(Number(values.users), calls);
  const heldKv = await benchKv(Number(values["kv-users"]), calls);
  if (!heldPostgres || !heldKv) Deno.exit(1);
}

// Postgres

async function benchPostgres(manyUsers: number, calls: number): Promise<boolean> {
  await using server = await startPostgres({ settings: { shared_buffers: "256MB" } });
  await withSql(server.url, async (sql) => {
    await sql`create database few`;
    await sql`create database many`;
  });
  const urls = ["few", "many"].map((name) => server.url.replace(/\/postgres$/, `/${name}`));
  const subjects: Subject[] = [];
  for (const [index, users] of [fewUsers, manyUsers].entries()) {
    const store = await openPostgresStore({ url: urls[index]!, clock, log });
    const startedAt = performance.now();
    await loadPostgres(urls[index]!, users);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    console.log(`Postgres: ${users} users x ${tickersPerUser} tickers loaded in ${seconds} s`);
    subjects.push({ store, users, added: new Map(), tokens: new Map() });
  }
  await withSql(urls[1]!, printTableSizes);
  const indexed = await printPlans(urls[1]!, manyUsers);
  const isWithinLimit = await compare(subjects, calls);
  for (const { store } of subjects) await store.close();
  return indexed && isWithinLimit;
}

async function printTableSizes(sql: Sql): Promise<void> {
  const rows = await sql`
    select relname, pg_size_pretty(pg_table_size(oid)) as rows, pg_size_pretty(pg_indexes_size(oid)) as indexes
    from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples > 10
    order by relname`;
  for (const { relname, rows: size, indexes } of rows) {
    console.log(`  ${relname.padEnd(12)} ${size.padStart(8)}, indexes ${indexes.padStart(8)}`);
  }
}

/** Prints the plans of the store's own statements. False if one reads a whole table. */
async function printPlans(url: string, users: number): Promise<boolean> {
  const client = createPostgresClient({ address: parsePostgresAddress(url), clock, log });
  let indexed = true;
  const store = createPostgresStore({
    async run(statement) {
      const rows = await client.run((sql) =>
        sql<{ "QUERY PLAN": string }[]>`
          explain (costs off) ${statement(sql)}`
      );
      for (const { "QUERY PLAN": line } of rows) {
        console.log(`  ${line}`);
        if (line.includes("Seq Scan")) indexed = false;
      }
      return client.run(statement);
    },
    close: client.close,
  }, { name: "explained", clock });

  const subject = { store, users, added: new Map(), tokens: new Map() };
  for (const [name, operation] of Object.entries(operations)) {
    console.log(`\n${name}:`);
    await operation(subject, Math.floor(users / 2));
  }
  await store.close();
  return indexed;
}

async function withSql(url: string, use: (sql: Sql) => Promise<void>): Promise<void> {
  const options = { connectionsMax: 1, statementTimeoutMs: 0 };
  const sql = connectPostgres(parsePostgresAddress(url), options);
  try {
    await use(sql);
  } finally {
    await sql.end();
  }
}

// Deno KV

async function benchKv(manyUsers: number, calls: number): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  const subjects: Subject[] = [];
  try {
    for (const users of [fewUsers, manyUsers]) {
      const store = await openKvStore({ path: `${folder}/${users}.kv`, clock });
      const startedAt = performance.now();
      await loadStore(store, users);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
      console.log(`\nDeno KV: ${users} users x ${tickersPerUser} tickers put in ${seconds} s`);
      subjects.push({ store, users, added: new Map(), tokens: new Map() });
    }
    return await compare(subjects, calls);
  } finally {
    for (const { store } of subjects) await store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

// Measuring

/** False if an operation grows more than the limit. */
async function compare(subjects: readonly Subject[], calls: number): Promise<boolean> {
  console.log("\nms, one call at a time");
  const head = subjects.flatMap(({ users }) => [`p50 at ${users}`, `p99 at ${users}`]);
  console.log(["".padEnd(15), ...head.map((text) => text.padStart(15)), "p99 ratio"].join(" "));
  let isWithinLimit = true;
  for (const [name, operation] of Object.entries(operations)) {
    const quantiles = (await measure(subjects, { operation, calls })).map((times) => {
      times.sort((a, b) => a - b);
      return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
    });
    const ratio = quantiles[1]!.p99 / quantiles[0]!.p99;
    if (ratio > growthMax) isWithinLimit = false;
    const cells = quantiles.flatMap(({ p50, p99 }) => [p50, p99]);
    const shown = cells.map((ms) => ms.toFixed(2).padStart(15));
    console.log([name.padEnd(15), ...shown, ratio.toFixed(2).padStart(9)].join(" "));
  }
  return isWithinLimit;
}

/** Returns the times of each store's calls. The stores take turns, so that a pause of the machine affects both equally. */
async function measure(
  subjects: readonly Subject[],
  { operation, calls }: { operation: Operation; calls: number },
): Promise<number[][]> {
  const times: number[][] = subjects.map(() => []);
  for (let call = -warmUpCalls; call < calls; call++) {
    for (const [index, subject] of subjects.entries()) {
      // Picks users from the whole table, and the same ones for each operation.
      const number = ((call + warmUpCalls) * 15_485_863) % subject.users;
      const startedAt = performance.now();
      await operation(subject, number);
      if (call >= 0) times[index]!.push(performance.now() - startedAt);
    }
  }
  return times;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

function firstOf(number: number) {
  return { userId: benchUser(number).id, listId: "first" };
}

function shuffled(tickers: readonly Ticker[]): Ticker[] {
  return tickers.map((ticker) => ({ ticker, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ ticker }) => ticker);
}

async function expect(kind: string, change: Promise<{ kind: string }>): Promise<void> {
  const outcome = await change;
  if (outcome.kind !== kind) throw new Error(`A change was ${outcome.kind} instead of ${kind}`);
}

if (import.meta.main) await main();
