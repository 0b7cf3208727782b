// Postgres goes down and comes back while the whole service runs: requests that need it get 503, prices continue, and then everything works.

import assert from "node:assert/strict";
import { parsePostgresAddress } from "../../lib/store/postgres/address.ts";
import { connectPostgres } from "../../lib/store/postgres/client.ts";
import { call, register } from "../support/api_client.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { startLoad, startWatcher } from "../support/steady_load.ts";
import { auditPostgres } from "../support/store_audit.ts";

const tickMs = 2_000;
const recoveredWithinMs = 2_000;
const killEveryMs = 60;
const killForMs = 10_000;

let postgres: TestPostgres;
let server: TestServer;
Deno.test.beforeAll(async () => {
  postgres = await startPostgres({ durable: true });
  const env = { DATABASE_URL: postgres.url, POLL_INTERVAL_MS: `${tickMs}` };
  server = await startServer({ env });
});
Deno.test.afterAll(async () => {
  await server.stop();
  await postgres.stop();
});

Deno.test("while Postgres restarts several times, requests get 503 with Retry-After, prices continue, and then everything works", async () => {
  await disturbed(async (token) => {
    for (const how of ["fast", "crash", "fast", "crash"] as const) {
      await pause(500);
      await postgres.restart(how);
      await assertRecovers(token);
    }
  });
});

Deno.test("while connections to Postgres are killed every 60 ms, requests are answered, prices continue, and then everything works", async () => {
  const options = { connectionsMax: 1, statementTimeoutMs: 0 };
  const admin = connectPostgres(parsePostgresAddress(postgres.url), options);
  await disturbed(async (token) => {
    const endAt = Date.now() + killForMs;
    while (Date.now() < endAt) {
      await admin`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
        order by random() limit 2`;
      await pause(killEveryMs);
    }
    await assertRecovers(token);
  });
  await admin.end();
});

async function disturbed(disturb: (token: string) => Promise<void>): Promise<void> {
  const { accessToken } = await register(server.url);
  const tokens = [undefined, accessToken, accessToken];
  const watchers = await Promise.all(tokens.map((token) => startWatcher(server.url, token)));
  const load = await startLoad(server.url, { members: 6 });
  await disturb(accessToken);
  await load.stop();
  for (const watcher of watchers) await watcher.stop();
  assert.ok(load.counts.unavailable > 0, "it was felt");
  assert.deepEqual(await auditPostgres(postgres.url), []);
}

/** Every connection works again: many requests at once succeed, and so do those of load balancers. */
async function assertRecovers(token: string): Promise<void> {
  const endAt = Date.now() + recoveredWithinMs;
  for (;;) {
    const answers = await Promise.all([
      call(`${server.url}/readyz?strict`),
      ...Array.from({ length: 20 }, () => call(`${server.url}/api/me`, { token })),
    ]);
    if (answers.every(({ status }) => status === 200)) return;
    assert.ok(Date.now() < endAt, "it did not recover in time");
    await pause(50);
  }
}

/** Waits in real time, because other processes do the work that is tested here. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
