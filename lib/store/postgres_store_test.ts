import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { v7 as uuidv7 } from "uuid";
import { startPostgres, type TestPostgres } from "../../tests/support/postgres.ts";
import { createClock } from "../clock.ts";
import { Problem } from "../errors.ts";
import { createLog } from "../log.ts";
import { parsePostgresAddress } from "./postgres/address.ts";
import { connectPostgres, createPostgresClient } from "./postgres/client.ts";
import { createPostgresStore, openPostgresStore } from "./postgres_store.ts";
import type { Store } from "./store.ts";
import { testStoreContract } from "./store_contract.ts";
import { someList, someSession, someUser } from "./contract/store_fixtures.ts";

let server: TestPostgres;
Deno.test.beforeAll(async () => {
  server = await startPostgres();
});
Deno.test.afterAll(() => server.stop());

const log = createLog("silent");

testStoreContract("Postgres", () =>
  Promise.resolve({
    open: () => open(server.url),
    remove: () => Promise.resolve(),
  }));

Deno.test("its name shows the address, without the password", async () => {
  await withStore((store) => {
    assert.equal(store.name, `Postgres (${parsePostgresAddress(server.url).shown})`);
    return Promise.resolve();
  });
});

Deno.test("a database that cannot be used is reported in one sentence without the password", async () => {
  const { shown } = parsePostgresAddress(server.url);
  const refusals: [url: string, message: string][] = [
    [
      server.url.replace(":secret@", ":geheim@"),
      `Postgres at ${shown} refuses the user postgres: check the name and the password in DATABASE_URL.`,
    ],
    [
      `${server.url}_missing`,
      `Postgres at ${shown}_missing has no database postgres_missing: ` +
      "create it, or name another one in DATABASE_URL.",
    ],
    [
      "postgres://someone:geheim@127.0.0.1:1/db",
      "Postgres at 127.0.0.1:1/db takes no connections: " +
      "start it, or check the host and port in DATABASE_URL.",
    ],
    [
      `${server.url}?sslmode=require`,
      `Postgres at ${shown} cannot be reached (ECONNRESET): ` +
      "check that a server runs there, and whether it takes TLS (sslmode).",
    ],
  ];
  for (const [url, message] of refusals) {
    await assert.rejects(open(url), { name: "StartupError", message });
  }
});

Deno.test("a server that accepts a connection and never answers is reported", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${silent.addr.port}/db`;
  await assert.rejects(open(`postgres://someone:geheim@${address}`), {
    name: "StartupError",
    message: `Postgres at ${address} did not answer: ` +
      "check the host and port in DATABASE_URL, and that a server runs there.",
  });
});

Deno.test("no PG* variable of the environment has an effect", async () => {
  const misleading = {
    PGHOST: "nowhere.invalid",
    PGPORT: "1",
    PGUSER: "nobody",
    PGPASSWORD: "secret",
    PGDATABASE: "nothing",
    PGAPPNAME: "other",
    PGMAX: "0",
    PGSSL: "require",
    PGBACKOFF: "100",
    PGIDLE_TIMEOUT: "1",
    PGFETCH_TYPES: "true",
  };
  for (const [name, value] of Object.entries(misleading)) Deno.env.set(name, value);
  try {
    await withStore((store) => store.ping());
    // If the driver used the variable, this password would be accepted.
    await assert.rejects(open(server.url.replace(":secret@", "@")), { name: "StartupError" });
  } finally {
    for (const name of Object.keys(misleading)) Deno.env.delete(name);
  }
});

Deno.test("the error of a refused statement contains neither the statement nor its parameters", async () => {
  await withStore(async (store) => {
    const session = someSession({ username: "geheim", tokenHash: "geheim" });
    await store.createSession(session);
    await assert.rejects(store.createSession(session), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.message, "Postgres failed: 23505 (sessions_pkey)");
      assert.doesNotMatch(Deno.inspect(error, { showHidden: true, depth: 10 }), /geheim|insert/i);
      return true;
    });
  });
});

Deno.test("a text with a character that Postgres cannot store is refused as a bad request", async () => {
  await withStore(async (store) => {
    const user = { ...someUser(), firstName: "a\0b" };
    const isBadRequest = (error: unknown) =>
      error instanceof Problem && error.code === "bad_request";
    await assert.rejects(
      store.createUser({ user, passwordHash: "hash", list: someList() }),
      isBadRequest,
    );
    assert.equal(await store.user(user.id), undefined);
  });
});

Deno.test("each new session deletes a few sessions that ended days ago, never a live one", async () => {
  const timers = FakeTimers.createClock(Date.UTC(2001, 0, 1));
  const client = createPostgresClient({
    address: parsePostgresAddress(server.url),
    clock: createClock(),
    log,
  });
  const store = createPostgresStore(client, { name: "test", clock: createClock(timers) });
  const dayMs = 24 * 3_600_000;
  const put = (days: number) => {
    const id = uuidv7();
    const idleExpiresAt = timers.Date.now() + days * dayMs;
    return store.createSession(someSession({ id, idleExpiresAt, endsAt: idleExpiresAt + dayMs }))
      .then(() => id);
  };
  const isKept = async (id: string) => await store.session(id) !== undefined;
  try {
    const short = await Promise.all(Array.from({ length: 12 }, () => put(1)));
    const revoked = await put(30);
    const live = await put(30);
    await store.revokeSession(revoked, timers.Date.now());

    timers.setSystemTime(Date.UTC(2001, 0, 2, 23, 59));
    await put(30);
    assert.deepEqual(await Promise.all([...short, revoked].map(isKept)), Array(13).fill(true));

    timers.setSystemTime(Date.UTC(2001, 0, 4));
    const left = async () => (await Promise.all([...short, revoked].map(isKept))).filter(Boolean);
    await put(30);
    assert.equal((await left()).length, 13 - 5);
    await Promise.all([put(30), put(30)]);
    assert.equal((await left()).length, 0);
    assert.ok(await isKept(live));
  } finally {
    await store.close();
  }
});

Deno.test("behind a pooler that refuses statement_timeout, the store works without it", async () => {
  const address = parsePostgresAddress(server.url);
  await using pooler = startRefusingPooler(address.port);
  const store = await open(server.url.replace(`:${address.port}/`, `:${pooler.port}/`));
  try {
    await store.ping();
    assert.equal(pooler.refused(), 1);
  } finally {
    await store.close();
  }
});

Deno.test("after it was closed, the store is unavailable", async () => {
  const store = await open(server.url);
  await store.close();
  await assert.rejects(store.ping(), { name: "Problem", code: "unavailable" });
});

Deno.test("the store opens at most four connections, each with its application name", async () => {
  await withStore(async (store) => {
    await Promise.all(Array.from({ length: 50 }, () => store.ping()));
    const options = { connectionsMax: 1, statementTimeoutMs: 0 };
    const sql = connectPostgres(parsePostgresAddress(server.url), options);
    const rows = await sql`
      select 1 from pg_stat_activity
      where application_name = 'quoteboard' and pid <> pg_backend_pid()`;
    await sql.end();
    assert.equal(rows.length, 4);
  });
});

Deno.test("the options of the address hold for each session", async () => {
  const url = new URL(server.url);
  url.searchParams.set("options", "-c search_path=quotes -c work_mem=5MB");
  const options = { connectionsMax: 1, statementTimeoutMs: 4_000 };
  const sql = connectPostgres(parsePostgresAddress(url.href), options);
  const [row] = await sql`
    select current_setting('search_path') as path, current_setting('work_mem') as memory,
      current_setting('statement_timeout') as timeout`;
  await sql.end();
  assert.deepEqual({ ...row }, { path: "quotes", memory: "5MB", timeout: "4s" });
});

function open(url: string): Promise<Store> {
  return openPostgresStore({ url, clock: createClock(), log });
}

async function withStore(check: (store: Store) => Promise<void>): Promise<void> {
  const store = await open(server.url);
  try {
    await check(store);
  } finally {
    await store.close();
  }
}

/** Like PgBouncer: refuses a connection with a setting that it does not know. */
function startRefusingPooler(postgresPort: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let refused = 0;

  async function serve(connection: Deno.TcpConn) {
    const start = new Uint8Array(4_096);
    const length = await connection.read(start) ?? 0;
    const startText = new TextDecoder().decode(start.subarray(0, length));
    if (startText.includes("statement_timeout")) {
      refused++;
      await connection.write(errorResponse("08P01", "unsupported startup parameter"));
      return connection.close();
    }
    const upstream = await Deno.connect({ hostname: "127.0.0.1", port: postgresPort });
    await upstream.write(start.subarray(0, length));
    await Promise.allSettled([
      connection.readable.pipeTo(upstream.writable),
      upstream.readable.pipeTo(connection.writable),
    ]);
  }

  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) serving.push(serve(connection));
  })();
  return {
    port: listener.addr.port,
    refused: () => refused,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(serving);
    },
  };
}

function errorResponse(code: string, message: string): Uint8Array<ArrayBuffer> {
  const fields = new TextEncoder().encode(`SFATAL\0C${code}\0M${message}\0\0`);
  const bytes = new Uint8Array(5 + fields.length);
  bytes[0] = "E".charCodeAt(0);
  new DataView(bytes.buffer).setUint32(1, 4 + fields.length);
  bytes.set(fields, 5);
  return bytes;
}
