// The server is killed many times during changes. Afterwards everything it acknowledged is there, and no change is half done.

import assert from "node:assert/strict";
import { call } from "../support/api_client.ts";
import {
  type CrashClient,
  createKeeper,
  createMember,
  createNewcomers,
  createSharers,
} from "../support/crash_clients.ts";
import { startPostgres } from "../support/postgres.ts";
import { startServer } from "../support/server.ts";
import { auditKv, auditPostgres } from "../support/store_audit.ts";

const killsPerStore = 20;

/** A server is killed after about this many acknowledged changes. */
const changesMin = 15;
const changesMore = 30;

Deno.test("if the server is killed 20 times during changes, no store loses or halves an acknowledged change", async (t) => {
  const folder = await Deno.makeTempDir();
  await using postgres = await startPostgres();
  const path = `${folder}/users.kv`;
  // The steps run at once, because most of the time is spent starting servers.
  await Promise.all([
    t.step({
      name: "Deno KV",
      ...concurrently,
      fn: () => killAndVerify({ KV_PATH: path }, () => auditKv(path)),
    }),
    t.step({
      name: "Postgres",
      ...concurrently,
      fn: () => killAndVerify({ DATABASE_URL: postgres.url }, () => auditPostgres(postgres.url)),
    }),
  ]);
  await Deno.remove(folder, { recursive: true });
});

/** The sanitizers cannot tell steps that run at once from each other. */
const concurrently = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };

async function killAndVerify(
  store: Record<string, string>,
  audit: () => Promise<string[]>,
): Promise<void> {
  const env = { ...store, REGISTRATIONS_PER_HOUR: "100000" };
  let clients: CrashClient[] | undefined;
  for (let kills = 0; kills < killsPerStore; kills++) {
    const server = await startServer({ env });
    clients ??= await createClients(server.url);
    await Promise.all(clients.map((client) => client.verify(server.url)));
    await changeUntilKilled(clients, { url: server.url, kill: () => server.stop("SIGKILL") });
    assert.deepEqual(await audit(), []);
  }
  await using server = await startServer({ env });
  for (const client of clients ?? []) await client.verify(server.url);
}

async function createClients(url: string): Promise<CrashClient[]> {
  const { body } = await call(`${url}/api/securities?query=a&limit=50`);
  const tickers = body.map((security: { ticker: string }) => security.ticker);
  const members = ["anna", "bob", "carl", "dora"].map((username) =>
    createMember(url, { username, tickers })
  );
  return [
    ...await Promise.all(members),
    ...await createSharers(url, { username: "family", tickers, count: 3 }),
    await createKeeper(url, "emma"),
    await createKeeper(url, "fred"),
    createNewcomers("newcomer"),
  ];
}

async function changeUntilKilled(
  clients: readonly CrashClient[],
  { url, kill }: { url: string; kill: () => Promise<unknown> },
): Promise<void> {
  const enough = changesMin + Math.random() * changesMore;
  let changes = 0;
  let killed: Promise<unknown> | undefined;

  async function goOn(client: CrashClient): Promise<void> {
    while (await client.act(url)) {
      if (++changes >= enough) killed ??= soon().then(kill);
    }
  }

  await Promise.all(clients.map(goOn));
  assert.ok(killed, "The server died before it was killed");
  await killed;
}

/** At any moment of a running change, not only just after one has ended. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
}
