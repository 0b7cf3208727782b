// Sessions that open or rotate while another change is in progress, on both stores.

import assert from "node:assert/strict";
import { startPostgres } from "../../tests/support/postgres.ts";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { createKvStore } from "./kv_store.ts";
import { parsePostgresAddress } from "./postgres/address.ts";
import { connectPostgres, type Sql } from "./postgres/client.ts";
import { openPostgresStore } from "./postgres_store.ts";
import type { Store } from "./store.ts";
import { putUser, rotationOf, someSession } from "./contract/store_fixtures.ts";

Deno.test("Postgres: a sign-in waits for an uncommitted change of the password, and is refused", async () => {
  await withPostgres(async (store, sql) => {
    const { user: { id: userId } } = await putUser(store);
    const session = someSession({ userId });
    const opened = await during(
      sql,
      sql`update users set password_hash = 'new' where id = ${userId}`,
      () => store.createSession(session, { ifPasswordHash: "hash" }),
    );
    assert.equal(opened, false);
    assert.equal(await store.session(session.id), undefined);
  });
});

Deno.test("Postgres: a rotation waits for an uncommitted rotation, and returns its result", async () => {
  await withPostgres(async (store, sql) => {
    const session = someSession();
    await store.createSession(session);
    const previous = [{ hash: "hash-0", rotatedAt: 5 }];
    const seen = await during(
      sql,
      sql`
        update sessions set token_hash = 'hash-1', previous_tokens = ${JSON.stringify(previous)}
        where id = ${session.id}`,
      () => store.rotateSession(rotationOf(session, { to: "hash-2" })),
    );
    const rotatedOnce = { ...session, tokenHash: "hash-1", previousTokens: previous };
    assert.deepEqual(seen, rotatedOnce);
    assert.deepEqual(await store.session(session.id), rotatedOnce);
  });
});

Deno.test("Deno KV: a sign-in is refused if its user changed after the read", async () => {
  for (const change of ["a new password", "the end of the account"]) {
    await withKv(async (store, beforeCommit) => {
      const { user: { id: userId } } = await putUser(store);
      const session = someSession({ userId });
      beforeCommit(async () => {
        if (change === "a new password") {
          await store.changePassword(userId, { from: "hash", to: "new" });
        } else await store.deleteUser(userId, Date.now());
      });
      assert.equal(await store.createSession(session, { ifPasswordHash: "hash" }), false, change);
      assert.equal(await store.session(session.id), undefined, change);
    });
  }
});

Deno.test("Deno KV: a rotation returns the result of a rotation that came just before it", async () => {
  await withKv(async (store, beforeCommit) => {
    const session = someSession();
    await store.createSession(session);
    beforeCommit(() => store.rotateSession(rotationOf(session)));
    const seen = await store.rotateSession(rotationOf(session, { to: "hash-2" }));
    assert.equal(seen?.tokenHash, "hash-1");
    assert.deepEqual(await store.session(session.id), seen);
  });
});

async function withPostgres(check: (store: Store, sql: Sql) => Promise<void>): Promise<void> {
  await using server = await startPostgres();
  const log = createLog("silent");
  const store = await openPostgresStore({ url: server.url, clock: createClock(), log });
  const options = { connectionsMax: 1, statementTimeoutMs: 0 };
  const sql = connectPostgres(parsePostgresAddress(server.url), options);
  try {
    await check(store, sql);
  } finally {
    await sql.end();
    await store.close();
  }
}

/** Starts `work` after `change` was written and before it is committed; returns the answer of `work`. */
async function during<T>(
  sql: Sql,
  change: PromiseLike<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  await sql`begin`;
  await change;
  const working = work();
  await Promise.race([working, somebodyWaits(sql)]);
  await sql`commit`;
  return await working;
}

async function somebodyWaits(sql: Sql): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    const waiting = await sql`
      select 1 from pg_stat_activity
      where application_name = 'quoteboard' and wait_event_type = 'Lock'`;
    if (waiting.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail("Nobody waits for a lock");
}

/** `beforeCommit` sets a function that runs once, just before the next commit. */
async function withKv(
  check: (store: Store, beforeCommit: (happens: () => Promise<unknown>) => void) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  let happens: (() => Promise<unknown>) | undefined;

  function atomic(): Deno.AtomicOperation {
    const operation = kv.atomic();
    const commit = operation.commit.bind(operation);
    operation.commit = async () => {
      const now = happens;
      happens = undefined;
      await now?.();
      return await commit();
    };
    return operation;
  }

  const interrupted = new Proxy(kv, {
    get(target, name) {
      const value = name === "atomic" ? atomic : Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const store = createKvStore(interrupted, { name: "test" });
  try {
    await check(store, (next) => void (happens = next));
  } finally {
    await store.close();
  }
}
