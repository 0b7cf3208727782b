import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { startPostgres, type TestPostgres } from "../../../tests/support/postgres.ts";
import { createClock } from "../../clock.ts";
import { Problem } from "../../errors.ts";
import { createLog } from "../../log.ts";
import type { Watchlist } from "../../watchlist.ts";
import { parsePostgresAddress } from "./address.ts";
import { connectPostgres, createPostgresClient, type Sql } from "./client.ts";
import { createPostgresStore, openPostgresStore } from "../postgres_store.ts";
import type { Store, User } from "../store.ts";
import { putUser, someList, someTickers, someUser } from "../contract/store_fixtures.ts";

/** The deadline of 5 s, and some time for a busy machine. */
const settledWithinMs = 6_000;
const recoveredWithinMs = 2_000;

let server: TestPostgres;
Deno.test.beforeAll(async () => {
  // It acknowledges a write after it is on the disk, because some tests simulate a power cut.
  server = await startPostgres({ durable: true });
});
Deno.test.afterAll(() => server.stop());

const log = createLog("silent");

Deno.test("while connections are killed every 60 ms, each request settles and none is half done; afterwards all succeed", async () => {
  await withStore(async (store) => {
    await withAdmin(async (admin) => {
      const { outcomes, settled } = await underLoad(store, async () => {
        for (let kills = 0; kills < 50; kills++) {
          await admin`
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            order by random() limit 2`;
          await pause(60);
        }
      });
      assert.ok(settled.some(({ ok }) => !ok), "the kills were felt");
      await assertRecovers(store);
      await assertConsistent(store, outcomes);
    });
  });
});

Deno.test("while the server restarts repeatedly, each request settles and none is half done; afterwards all succeed", async () => {
  await withStore(async (store) => {
    const { outcomes, settled } = await underLoad(store, async () => {
      for (const how of ["fast", "crash", "fast", "crash"] as const) {
        await pause(300);
        await server.restart(how);
      }
    });
    assert.ok(settled.some(({ ok }) => !ok), "the restarts were felt");
    await assertRecovers(store);
    await assertConsistent(store, outcomes);
  });
});

Deno.test("the server cancels a statement that waits for a lock: it is not done later, and others go on", async () => {
  const client = createPostgresClient({
    address: parsePostgresAddress(server.url),
    clock: createClock(),
    log,
    statementTimeoutMs: 300,
  });
  const store = createPostgresStore(client, { name: "test", clock: createClock() });
  try {
    const locked = await putUser(store);
    const free = await putUser(store);
    const [ticker] = someTickers(1);
    const add = ({ user }: typeof locked) =>
      store.addTicker({ userId: user.id, listId: "first", ticker: ticker! });
    await withAdmin(async (admin) => {
      await admin.unsafe("begin");
      await admin`select 1 from watchlists where user_id = ${locked.user.id} for update`;
      const waiting = add(locked).then(() => "done", (error) => error.code);
      assert.equal((await add(free)).kind, "added");
      assert.equal(await waiting, "unavailable");
      await admin.unsafe("rollback");
    });
    assert.deepEqual((await onlyList(store, locked.user.id)).tickers, []);
  } finally {
    await store.close();
  }
});

Deno.test("a statement that misses its deadline is unavailable, and the next one gets a new connection", async () => {
  const timers = FakeTimers.createClock();
  const client = createPostgresClient({
    address: parsePostgresAddress(server.url),
    clock: createClock(timers),
    log,
  });
  try {
    const slow = Array.from({ length: 4 }, () => client.run((sql) => sql`select pg_sleep(3)`));
    const refused = Promise.all(slow.map((answer) =>
      assert.rejects(answer, (error) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.code, "unavailable");
        assert.deepEqual(error.headers, { "Retry-After": "1" });
        return true;
      })
    ));
    await pause(100);
    await timers.tickAsync(5_000);
    await refused;
    const startedAt = Date.now();
    assert.deepEqual([...await client.run((sql) => sql`select 1 as one`)], [{ one: 1 }]);
    assert.ok(Date.now() - startedAt < 1_500, "it did not wait for the slow ones");
  } finally {
    await client.close();
  }
});

Deno.test("statements above the bound are refused immediately", async () => {
  await withStore(async (store) => {
    const outcomes = await Promise.all(
      Array.from({ length: 2_100 }, () => store.ping().then(() => "ok", (error) => error.code)),
    );
    assert.equal(outcomes.filter((outcome) => outcome === "ok").length, 2_000);
    assert.equal(outcomes.filter((outcome) => outcome === "unavailable").length, 100);
  });
});

Deno.test("acknowledged changes exist after the service was killed and the server lost power", async () => {
  const child = startChild(`
    const { user } = await fixtures.putUser(store);
    print(user.id);
    for (const ticker of fixtures.someTickers(200)) {
      const { kind } = await store.addTicker({ userId: user.id, listId: "first", ticker });
      if (kind === "added") print(ticker);
    }`);
  const [userId, ...acknowledged] = await linesUntil(child, 40);
  child.kill("SIGKILL");
  await child.status;
  await server.restart("crash");
  await withStore(async (store) => {
    const list = await onlyList(store, userId!);
    assert.deepEqual(list.tickers.slice(0, acknowledged.length), acknowledged);
    assert.equal(list.version, 1 + list.tickers.length);
  });
});

/** The changes that the store acknowledged, by user. */
interface Outcomes {
  readonly tickersByUser: Map<string, string[]>;
  readonly registered: { id: string; outcome: "created" | "unavailable" }[];
}

interface Settled {
  readonly ok: boolean;
  readonly ms: number;
}

/** Eight clients add tickers and eight register users, without pause, while `disturb` runs. */
async function underLoad(store: Store, disturb: () => Promise<void>) {
  const outcomes: Outcomes = { tickersByUser: new Map(), registered: [] };
  const settled: Settled[] = [];
  let disturbing = true;

  /** Undefined: the service was unavailable. Any other error fails the test. */
  async function attempt<T>(request: () => Promise<T>): Promise<T | undefined> {
    const startedAt = Date.now();
    const ended = (ok: boolean) => settled.push({ ok, ms: Date.now() - startedAt });
    try {
      const answer = await request();
      ended(true);
      return answer;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "unavailable") throw error;
      ended(false);
      await pause(5);
    }
  }

  async function addTickers({ user }: { user: User }) {
    const added: string[] = [];
    outcomes.tickersByUser.set(user.id, added);
    while (disturbing) {
      for (const ticker of someTickers(200)) {
        if (!disturbing) break;
        const outcome = await attempt(() =>
          store.addTicker({ userId: user.id, listId: "first", ticker })
        );
        if (outcome?.kind === "added") added.push(ticker);
      }
    }
  }

  async function register() {
    while (disturbing) {
      const user = someUser();
      const input = { user, passwordHash: "hash", list: someList(someTickers(2)) };
      const outcome = await attempt(() => store.createUser(input));
      assert.notEqual(outcome, "username_taken");
      const kept = outcome === "created" ? outcome : "unavailable";
      outcomes.registered.push({ id: user.id, outcome: kept });
    }
  }

  const users = await Promise.all(Array.from({ length: 8 }, () => putUser(store)));
  const disturbance = disturb().finally(() => disturbing = false);
  await Promise.all([disturbance, ...users.flatMap((user) => [addTickers(user), register()])]);
  assert.ok(settled.some(({ ok }) => ok), "some requests succeeded");
  const slowestMs = Math.max(...settled.map(({ ms }) => ms));
  assert.ok(slowestMs < settledWithinMs, `a request took ${slowestMs} ms`);
  return { outcomes, settled };
}

/** Checks that every connection works again: many concurrent requests succeed. */
async function assertRecovers(store: Store): Promise<void> {
  const endAt = Date.now() + recoveredWithinMs;
  for (;;) {
    const pings = await Promise.allSettled(Array.from({ length: 20 }, () => store.ping()));
    if (pings.every(({ status }) => status === "fulfilled")) return;
    assert.ok(Date.now() < endAt, "it did not recover in time");
    await pause(50);
  }
}

async function assertConsistent(
  store: Store,
  { tickersByUser, registered }: Outcomes,
): Promise<void> {
  for (const [userId, added] of tickersByUser) {
    const list = await onlyList(store, userId);
    const kept = new Set<string>(list.tickers);
    assert.deepEqual(added.filter((ticker) => !kept.has(ticker)), []);
    // Each add that was done increased the version by one, acknowledged or not.
    assert.equal(list.version, 1 + list.tickers.length);
  }
  for (const { id, outcome } of registered) {
    const [user, lists] = await Promise.all([store.user(id), store.lists(id)]);
    if (outcome === "created") assert.ok(user);
    assert.equal(lists.length, user ? 1 : 0, "a user has a list from the start");
  }
}

async function onlyList(store: Store, userId: string): Promise<Watchlist> {
  const lists = await store.lists(userId);
  assert.equal(lists.length, 1);
  return lists[0]!;
}

async function withStore(check: (store: Store) => Promise<void>): Promise<void> {
  const store = await openPostgresStore({ url: server.url, clock: createClock(), log });
  try {
    await check(store);
  } finally {
    await store.close();
  }
}

async function withAdmin(use: (sql: Sql) => Promise<void>): Promise<void> {
  const options = { connectionsMax: 1, statementTimeoutMs: 0 };
  const sql = connectPostgres(parsePostgresAddress(server.url), options);
  try {
    await use(sql);
  } finally {
    await sql.end();
  }
}

/** Starts a process that opens the store, then runs `script` with `store`, `fixtures` and `print`. */
function startChild(script: string): Deno.ChildProcess {
  const code = `
    import { createClock } from "${import.meta.resolve("../../clock.ts")}";
    import { createLog } from "${import.meta.resolve("../../log.ts")}";
    import { createPostgresStore, openPostgresStore } from "${
    import.meta.resolve("../postgres_store.ts")
  }";
    import * as fixtures from "${import.meta.resolve("../contract/store_fixtures.ts")}";
    const url = ${JSON.stringify(server.url)};
    const store = await openPostgresStore({ url, clock: createClock(), log: createLog("silent") });
    const print = (text) => Deno.stdout.writeSync(new TextEncoder().encode(text + "\\n"));
    ${script}`;
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const args = ["eval", "--quiet", "--no-check", "--config", config, code];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
}

async function linesUntil(child: Deno.ChildProcess, count: number): Promise<string[]> {
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    const lines = text.split("\n").slice(0, -1);
    if (lines.length >= count) return lines;
  }
  await child.status;
  assert.fail(`The process ended after printing: ${text}`);
}

/** The real clock, because the tested events happen in other processes. */
function pause(ms: number): Promise<void> {
  return createClock().sleep(ms);
}
