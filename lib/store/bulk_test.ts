// Bulk reads and writes of both stores: each test runs over Deno KV and Postgres, and from one to the other.

import assert from "node:assert/strict";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { startPostgres, type TestPostgres } from "../../tests/support/postgres.ts";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import type { BulkStore, StoreRecord, UserRecord } from "./bulk.ts";
import { createKvBulk } from "./kv/bulk.ts";
import { createKvStore } from "./kv_store.ts";
import { parsePostgresAddress } from "./postgres/address.ts";
import { openPostgresBulk } from "./postgres/bulk.ts";
import { connectPostgres } from "./postgres/client.ts";
import { openPostgresStore } from "./postgres_store.ts";
import type { Store } from "./store.ts";
import {
  putUser,
  someList,
  someSession,
  someTickers,
  someUser,
  ticker,
} from "./contract/store_fixtures.ts";

interface Twin {
  readonly name: string;
  readonly bulk: BulkStore;
  /** A store over the same data. */
  readonly store: Store;
}

let server: TestPostgres;
let twins: readonly [Twin, Twin];
Deno.test.beforeAll(async () => {
  server = await startPostgres();
  const clock = createClock();
  const kv = await Deno.openKv(":memory:");
  const options = { url: server.url, clock, log: createLog("silent") };
  twins = [
    {
      name: "Deno KV",
      bulk: createKvBulk(kv, { name: "test", clock }),
      store: createKvStore(kv, { name: "test" }),
    },
    {
      name: "Postgres",
      bulk: await openPostgresBulk(options),
      store: await openPostgresStore(options),
    },
  ];
});
Deno.test.afterAll(async () => {
  const [kv, postgres] = twins;
  await kv.bulk.close();
  await postgres.bulk.close();
  await postgres.store.close();
  await server.stop();
});

function testTwins(promise: string, check: (twin: Twin, other: Twin) => Promise<void>): void {
  Deno.test(promise, async (t) => {
    for (const [twin, other] of [twins, twins.toReversed()] as [Twin, Twin][]) {
      await Promise.all([twin.bulk.clear(), other.bulk.clear()]);
      await t.step(twin.name, () => check(twin, other));
    }
  });
}

testTwins(
  "users are added with their lists in order, and can be found",
  async ({ bulk, store }) => {
    assert.equal(await bulk.hasUsers(), false);
    const users = [someRecord(), someRecord({ lists: 3 })];
    assert.equal(await bulk.addUsers(users), 2);
    assert.equal(await bulk.hasUsers(), true);
    for (const { user, passwordHash, lists } of users) {
      assert.deepEqual(await store.credentials(user.username), { user, passwordHash });
      assert.deepEqual(await store.lists(user.id), lists);
    }
  },
);

testTwins(
  "existing users stay as they are, and a name given twice is added once",
  async (twin) => {
    const { bulk, store } = twin;
    const there = await putUser(store, someTickers(2));
    const { username } = someUser();
    const [taken, first, second, other] = [there.user.username, username, username, undefined]
      .map((name) => someRecord({ username: name }));
    assert.equal(await bulk.addUsers([taken!, first!, second!, other!]), 2);
    assert.deepEqual((await store.credentials(there.user.username))?.user, there.user);
    assert.deepEqual(await store.lists(there.user.id), [there.list]);
    assert.deepEqual((await store.credentials(username))?.user, first!.user);
    for (const { user } of [taken!, second!]) {
      assert.equal(await store.user(user.id), undefined);
      assert.deepEqual(await store.lists(user.id), []);
    }
    assert.equal(await bulk.addUsers([taken!, first!, second!, other!]), 0);
  },
);

testTwins("any number of users of any size is added at once, and read again", async ({ bulk }) => {
  const large = { lists: 50, tickers: someTickers(200) };
  const users = Array.from(
    { length: 450 },
    (_, index) => someRecord(index % 150 === 0 ? large : {}),
  );
  assert.equal(await bulk.addUsers(users), users.length);
  assert.deepEqual(byKind(await readAll(bulk)).user, sorted(users));
});

testTwins(
  "if two processes add the same users at the same time, one of them adds each user",
  async ({ bulk }) => {
    const users = Array.from({ length: 250 }, () => someRecord());
    const added = await Promise.all([bulk.addUsers(users), bulk.addUsers(users.toReversed())]);
    assert.equal(added[0] + added[1], users.length);
    assert.equal((await readAll(bulk)).length, users.length);
  },
);

testTwins(
  "data that was written by calls of one store is the same after it moved to the other",
  async (from, to) => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawnCall, { maxLength: 60 }), async (calls) => {
        await Promise.all([from.bulk.clear(), to.bulk.clear()]);
        const users: string[] = [];
        for (const call of calls) await call(from.store, users);
        const records = await readAll(from.bulk);
        await to.bulk.put(records);
        const { revoked, ...others } = byKind(records);
        const { revoked: revokedThere, ...othersThere } = byKind(await readAll(to.bulk));
        assert.deepEqual(othersThere, others);
        assert.deepEqual(revokedThere, revoked);
        for (const id of users) {
          assert.deepEqual(await to.store.user(id), await from.store.user(id));
          assert.deepEqual(await to.store.lists(id), await from.store.lists(id));
          const now = Date.now();
          assert.deepEqual(
            await to.store.sessionsOf(id, now),
            await from.store.sessionsOf(id, now),
          );
        }
        assert.deepEqual(await to.store.catalog(), await from.store.catalog());
      }),
      { numRuns: 30 },
    );
  },
);

testTwins("what ended is not read: old sessions and reset tickets", async ({ bulk, store }) => {
  const { user } = await putUser(store);
  const now = Date.now();
  const idle = someSession({ userId: user.id, idleExpiresAt: now - 1 });
  await store.createSession(idle);
  await store.putResetTicket({ userId: user.id, tokenHash: "hash", expiresAt: now + 60_000 });
  const records = await readAll(bulk);
  assert.deepEqual(records.map(({ kind }) => kind), ["user"]);
  assert.doesNotMatch(JSON.stringify(records), /"hash-0"|reset/);
});

testTwins(
  "access tokens of a session that ended just before the move are still refused",
  async (from, to) => {
    const session = someSession();
    await from.store.createSession(session);
    await from.store.revokeSession(session.id, Date.now());
    await to.bulk.put(await readAll(from.bulk));
    assert.deepEqual(await to.store.revokedSessions(Date.now() - 60_000), [session.id]);
    assert.equal(await to.store.session(session.id), undefined);
  },
);

testTwins("clearing leaves nothing at all", async ({ bulk, store }) => {
  const { user } = await putUser(store);
  await store.createSession(someSession({ userId: user.id }));
  await store.deleteUser((await putUser(store)).user.id, Date.now());
  await store.settingOrPut("name", "value");
  await store.saveCatalog([{ ticker: ticker("AAPL"), name: "Apple", priceable: true }]);
  await bulk.clear();
  assert.deepEqual(await readAll(bulk), []);
  assert.equal(await bulk.hasUsers(), false);
  assert.deepEqual(await store.catalog(), []);
  assert.equal(await store.settingOrPut("name", "another"), "another");
});

Deno.test("clear empties every table of Postgres", async () => {
  const [, { bulk }] = twins;
  const options = { connectionsMax: 1, statementTimeoutMs: 0 };
  const sql = connectPostgres(parsePostgresAddress(server.url), options);
  try {
    const tables = await sql<{ name: string }[]>`
      select relname as name from pg_class
      where relkind = 'r' and relnamespace = current_schema()::regnamespace
        and relname <> 'schema_migrations'`;
    const fileOf = () =>
      sql<{ name: string; node: number }[]>`
      select relname as name, relfilenode as node from pg_class where relkind = 'r'`;
    const before = new Map((await fileOf()).map(({ name, node }) => [name, node]));
    await bulk.clear();
    // Postgres gives a truncated table a new file.
    const after = new Map((await fileOf()).map(({ name, node }) => [name, node]));
    const kept = tables.filter(({ name }) => before.get(name) === after.get(name));
    assert.deepEqual(kept.map(({ name }) => name), []);
  } finally {
    await sql.end();
  }
});

Deno.test("a read of Postgres is of one moment, whatever time it takes", async () => {
  const [, { bulk, store }] = twins;
  await bulk.clear();
  const users = Array.from({ length: 300 }, () => someRecord());
  await bulk.addUsers(users);
  const seen: StoreRecord[] = [];
  for await (const batch of bulk.read()) {
    if (seen.length === 0) {
      await store.deleteUser(users.at(-1)!.user.id, Date.now());
      await putUser(store);
      await store.addTicker({
        userId: users.at(-2)!.user.id,
        listId: "first",
        ticker: ticker("LATE"),
      });
    }
    seen.push(...batch);
  }
  assert.deepEqual(byKind(seen).user, sorted(users));
});

Deno.test("a read whose connection breaks rejects, and does not end as if it were complete", async () => {
  const [, { bulk }] = twins;
  await bulk.clear();
  await bulk.addUsers(Array.from({ length: 300 }, () => someRecord()));
  const options = { connectionsMax: 1, statementTimeoutMs: 0 };
  const admin = connectPostgres(parsePostgresAddress(server.url), options);
  try {
    await assert.rejects(async () => {
      for await (const _ of bulk.read()) {
        await admin`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and state = 'idle in transaction'`;
      }
    });
  } finally {
    await admin.end();
  }
});

Deno.test("a read of Deno KV during writes has every user that existed all the time, each with all lists", async () => {
  const [{ bulk, store }] = twins;
  await bulk.clear();
  const users = Array.from({ length: 300 }, () => someRecord());
  await bulk.addUsers(users);
  const seen: StoreRecord[] = [];
  for await (const batch of bulk.read()) {
    seen.push(...batch);
    const [gone, changed] = [users.pop()!, users[0]!];
    await store.deleteUser(gone.user.id, Date.now());
    await store.addTicker({ userId: changed.user.id, listId: "first", ticker: ticker("LATE") });
    await putUser(store, someTickers(1));
  }
  const ids = new Set(byKind(seen).user?.map((record) => record.kind === "user" && record.user.id));
  assert.deepEqual(users.filter(({ user }) => !ids.has(user.id)), []);
  for (const record of seen) assert.ok(record.kind !== "user" || record.lists.length === 1);
});

type Call = (store: Store, users: string[]) => Promise<unknown>;

/** Without U+0000, which Postgres cannot store and the service refuses before. */
const text = fc.string({ unit: "grapheme", maxLength: 20 }).filter((t) => !t.includes("\0"));
const drawnTicker = fc.nat(30).map((number) => ticker(`T${number}`));
/** For one of the users that exist. */
const onUser =
  (call: (store: Store, userId: string) => Promise<unknown>, pick: number): Call =>
  (store, users) => {
    const userId = users[pick % Math.max(1, users.length)];
    return userId === undefined ? Promise.resolve() : call(store, userId);
  };

const drawnCall: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ text, tickers: fc.uniqueArray(drawnTicker) }).map(
    ({ text, tickers }): Call => async (store, users) => {
      const user = { ...someUser(), email: text, firstName: text, lastName: null };
      await store.createUser({ user, passwordHash: text, list: someList(tickers) });
      users.push(user.id);
    },
  ),
  fc.tuple(fc.nat(), text).map(([pick, name]) =>
    onUser((store, userId) => store.createList({ userId, list: { ...someList(), name } }), pick)
  ),
  fc.tuple(fc.nat(), drawnTicker).map(([pick, ticker]) =>
    onUser((store, userId) => store.addTicker({ userId, listId: "first", ticker }), pick)
  ),
  fc.tuple(fc.nat(), fc.nat(4)).map(([pick, position]) =>
    onUser((store, userId) => store.moveList({ userId, listId: "first", position }), pick)
  ),
  fc.nat().map((pick) =>
    onUser((store, userId) => store.deleteList({ userId, listId: "first" }), pick)
  ),
  fc.tuple(fc.nat(), fc.option(text)).map(([pick, userAgent]) =>
    onUser((store, userId) => store.createSession(someSession({ userId, userAgent })), pick)
  ),
  fc.nat().map((pick) =>
    onUser((store, userId) => store.revokeSessions(userId, { at: Date.now() }), pick)
  ),
  fc.nat().map((pick) => onUser((store, userId) => store.deleteUser(userId, Date.now()), pick)),
  fc.tuple(fc.nat(3), text).map(([number, value]): Call => (store) =>
    store.settingOrPut(`setting-${number}`, value)
  ),
  fc.array(fc.record({ ticker: drawnTicker, name: text, priceable: fc.boolean() })).map(
    (entries): Call => (store) => store.saveCatalog(entries),
  ),
);

function someRecord(
  { username, lists = 1, tickers = someTickers(2) }: {
    username?: string | undefined;
    lists?: number;
    tickers?: UserRecord["lists"][number]["tickers"];
  } = {},
): UserRecord {
  return {
    kind: "user",
    user: someUser(username),
    passwordHash: `hash of ${uuidv7()}`,
    // Not in the order of their ids.
    lists: Array.from({ length: lists }, () => someList(tickers)).toReversed(),
  };
}

async function readAll(bulk: BulkStore): Promise<StoreRecord[]> {
  return (await Array.fromAsync(bulk.read())).flat();
}

/** Sorted, because each store has its own order within a kind. */
function byKind(records: readonly StoreRecord[]) {
  const groups = Object.groupBy(records, ({ kind }) => kind);
  return Object.fromEntries(Object.entries(groups).map(([kind, group]) => [kind, sorted(group)]));
}

function sorted(records: readonly StoreRecord[]): StoreRecord[] {
  return records.map((record) => ({ text: JSON.stringify(record), record }))
    .sort((a, b) => a.text < b.text ? -1 : 1).map(({ record }) => record);
}
