import assert from "node:assert/strict";
import { argon2id } from "hash-wasm";
import { createClock } from "../lib/clock.ts";
import { createLog } from "../lib/log.ts";
import { parseTicker } from "../lib/quote.ts";
import { readSymbol } from "../lib/securities/find_security.ts";
import type { BulkStore, UserRecord } from "../lib/store/bulk.ts";
import { openKvBulk } from "../lib/store/kv/bulk.ts";
import { parsePostgresAddress } from "../lib/store/postgres/address.ts";
import { openPostgresBulk } from "../lib/store/postgres/bulk.ts";
import { connectPostgres } from "../lib/store/postgres/client.ts";
import { call } from "../tests/support/api_client.ts";
import { startPostgres } from "../tests/support/postgres.ts";
import { startServer } from "../tests/support/server.ts";
import { assertRefusals, runTask, startTask, withFolder } from "../tests/support/task.ts";
import { importUsers } from "./import_users.ts";
import { linesOf } from "./shared/lines.ts";
import { createRefusals } from "./shared/refusals.ts";

const name = "users:import";
const header = "username,password_hash,email,first_name,last_name,tickers";
const hash = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$" +
  "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
const clock = createClock();

Deno.test("imported users sign in with the password they had before, and find their list", async () => {
  await withFolder(async (folder) => {
    const env = { KV_PATH: `${folder}/users.kv` };
    const options = { memorySize: 16_384, iterations: 3, parallelism: 4, hashLength: 24 };
    const [password, salt] = ["violet anchor", crypto.getRandomValues(new Uint8Array(12))];
    const theirs = await argon2id({ ...options, password, salt, outputType: "encoded" });
    const path = await fileOf(folder, [`anna,"${theirs}",a@example.com,Ann,,KO AAPL`]);
    const { code, output } = await runTask(name, { args: [path], env });
    assert.equal(code, 0, output);
    assert.match(output, /^1 created, 0 there already, 0 refused \(Deno KV \(.*\), \d+ s\)\.\n$/);

    await using server = await startServer({ env });
    const signIn = (given: string) =>
      call(`${server.url}/api/auth/login`, { json: { username: "anna", password: given } });
    assert.equal((await signIn("violet anker")).status, 401);
    for (let times = 0; times < 2; times++) {
      const { status, body } = await signIn(password);
      assert.equal(status, 200);
      assert.equal(body.user.email, "a@example.com");
      const list = await call(`${server.url}/api/watchlist`, { token: body.accessToken });
      assert.deepEqual(list.body.map((row: { ticker: string }) => row.ticker), ["KO", "AAPL"]);
    }
  });
});

Deno.test("refused lines are reported by number, all of them in the report file, and the other users are imported", async () => {
  await withFolder(async (folder) => {
    const env = { KV_PATH: `${folder}/users.kv` };
    const report = `${folder}/refused.txt`;
    const wrong = Array.from({ length: 30 }, (_, index) => `wrong_${index},hunter2,,,,`);
    const path = await fileOf(folder, ["", ...users(0, 3), ...wrong, ...users(2, 5)]);
    const { code, output } = await runTask(name, { args: [path, "--report", report], env });
    assert.equal(code, 1);
    assert.match(output, /^5 created, 1 there already, 30 refused/);
    assert.match(output, /\nLine 6: The password hash must be Argon2id .*\n/);
    assert.match(output, /\nLine 25: .*\nAnd 10 more\.\n$/);
    assert.doesNotMatch(output, /hunter2|wrong_/);
    const lines = (await Deno.readTextFile(report)).trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => line.split(":")[0]),
      wrong.map((_, index) => `Line ${index + 6}`),
    );
    assert.doesNotMatch(lines.join("\n"), /hunter2|wrong_/);
  });
});

Deno.test("tickers in any spelling are stored as ours; what is not known is reported by line, and not stored", async () => {
  await withFolder(async (folder) => {
    const env = { KV_PATH: `${folder}/users.kv` };
    const entries = [{
      ticker: parseTicker("QZZY")!,
      name: "Listed by the source",
      priceable: true,
    }];
    await withBulk(
      () => openKvBulk({ path: env.KV_PATH, clock }),
      (store) => store.put([{ kind: "catalog", entries }]),
    );
    const path = await fileOf(folder, [
      `anna,"${hash}",,,,BRK-B FB TWTR NYSE:KO QZZY`,
      `berta,"${hash}",,,,KO`,
    ]);
    const report = `${folder}/report.txt`;
    const { code, output } = await runTask(name, { args: [path, "--report", report], env });
    assert.equal(code, 1, output);
    assert.match(output, /^2 created, 0 there already, 0 refused, 1 with tickers left out \(/);
    const line = /Line 2: 1 of the tickers was left out, because it is not known here: TWTR\.\n/;
    assert.match(output, line);
    assert.match(await Deno.readTextFile(report), line);
    const found = await withBulk(() => openKvBulk({ path: env.KV_PATH, clock }), readUsers);
    const lists = found.map(({ user, lists }) => [user.username, lists[0]?.tickers]);
    assert.deepEqual(Object.fromEntries(lists), {
      anna: ["BRK.B", "META", "KO", "QZZY"],
      berta: ["KO"],
    });
  });
});

Deno.test("an import that is killed several times and run again ends with exactly the users of the file", async (t) => {
  await using postgres = await startPostgres();
  const sql = connectPostgres(parsePostgresAddress(postgres.url), {
    connectionsMax: 1,
    statementTimeoutMs: 0,
  });
  const count = 12_000;
  await withFolder(async (folder) => {
    const path = await fileOf(folder, users(0, count));
    const kvPath = `${folder}/users.kv`;
    const stores = {
      "Deno KV": {
        env: { KV_PATH: kvPath },
        // Its users cannot be counted from outside, but the file grows as they are added.
        progress: async () => (await Deno.stat(kvPath)).size,
        open: () => openKvBulk({ path: kvPath, clock }),
      },
      "Postgres": {
        env: { DATABASE_URL: postgres.url },
        progress: async () => Number((await sql`select count(*) as count from users`)[0]?.count),
        open: () => openPostgresBulk({ url: postgres.url, clock, log: createLog("silent") }),
      },
    };
    for (const [title, { env, progress, open }] of Object.entries(stores)) {
      await t.step(title, async () => {
        for (let kills = 0; kills < 3; kills++) await killAmid({ path, env, progress });
        const before = await withBulk(open, countUsers);
        assert.ok(before > 0 && before < count, `${before} were there before the last run`);
        const { code, output } = await runTask(name, { args: [path], env });
        assert.equal(code, 0, output);
        assert.match(output, new RegExp(`, ${before.toLocaleString("en-US")} there already`));
        await withBulk(open, assertExactly(count));
      });
    }
  });
  await sql.end();
});

Deno.test("a file of any length is read with at most one batch of users in memory", async () => {
  const count = 50_500;
  const batches: number[] = [];
  const lines = linesOf(ReadableStream.from(fileText(count)), { lengthMax: 1_000 });
  const totals = await importUsers(lines, {
    store: {
      addUsers(records) {
        batches.push(records.length);
        return Promise.resolve(records.length);
      },
    },
    refusals: createRefusals(),
    leftOut: createRefusals(),
    readTicker: (text) => readSymbol(text, () => true),
    clock,
    onBatch() {},
  });
  assert.deepEqual(totals, { created: count, existing: 0, refused: 0, leftOut: 0 });
  assert.ok(Math.max(...batches) <= 1_000);
});

Deno.test("each wrong use gets one sentence", async (t) => {
  await withFolder(async (folder) => {
    const env = { KV_PATH: `${folder}/users.kv` };
    const path = await fileOf(folder, users(0, 1));
    const headless = `${folder}/headless.csv`;
    await Deno.writeTextFile(headless, `secret,"${hash}"\n`);
    const latin = `${folder}/latin.csv`;
    await Deno.writeFile(latin, new Uint8Array([...new TextEncoder().encode(header), 10, 0xe4]));
    const empty = `${folder}/empty.csv`;
    await Deno.writeTextFile(empty, "");
    await assertRefusals(t, {
      name,
      cases: {
        "no file": { env, sentence: /^Name one CSV file\.\n\nUsage: / },
        "two files": { env, args: [path, path], sentence: /^Name one CSV file/ },
        "an unknown option": {
          env,
          args: [path, "--force"],
          sentence: /^Unknown option '--force'/,
        },
        "a report without a name": {
          env,
          args: [path, "--report"],
          sentence: /'--report <value>'/,
        },
        "a file that is not there": {
          env,
          args: [`${folder}/none.csv`],
          sentence: /^There is no file .*none\.csv\.\n$/,
        },
        "a folder": { env, args: [folder], sentence: /is no file\.\n$/ },
        "an empty file": { env, args: [empty], sentence: /^The first line must name the columns/ },
        "no header": { env, args: [headless], sentence: /^The first line must name the columns/ },
        "no UTF-8": { env, args: [latin], sentence: /Line 2: The line is not UTF-8 text\./ },
        "a report in place of the file itself": {
          env,
          args: [path, "--report", `${folder}/./users.csv`],
          sentence: /^The report cannot take the place of the file that is read\.\n$/,
        },
        "a report that cannot be written": {
          env,
          args: [path, "--report", `${folder}/none/report.txt`],
          sentence: /^The report .* cannot be written\.\n$/,
        },
      },
    });
    assert.equal((await Deno.readTextFile(path)).split("\r\n").length, 2);
  });
});

/** Kills the import once it has got further than before, unless it ends by itself. */
async function killAmid(
  { path, env, progress }: {
    path: string;
    env: Record<string, string>;
    progress: () => Promise<number>;
  },
): Promise<void> {
  const start = await progress().catch(() => 0);
  const child = startTask(name, { args: [path], env });
  await child.stdin.close();
  let ended = false;
  const output = child.output().finally(() => ended = true);
  while (!ended && await progress().catch(() => 0) <= start) await clock.sleep(5);
  if (!ended) child.kill("SIGKILL");
  await output;
}

async function withBulk<T>(
  open: () => Promise<BulkStore>,
  use: (store: BulkStore) => Promise<T>,
): Promise<T> {
  const store = await open();
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function readUsers(store: BulkStore): Promise<UserRecord[]> {
  const records = (await Array.fromAsync(store.read())).flat();
  return records.filter((record) => record.kind === "user");
}

async function countUsers(store: BulkStore): Promise<number> {
  return (await readUsers(store)).length;
}

function assertExactly(count: number): (store: BulkStore) => Promise<void> {
  return async (store) => {
    const found = await readUsers(store);
    const names = found.map(({ user }) => user.username).sort();
    assert.deepEqual(names, Array.from({ length: count }, (_, number) => `user_${number}`).sort());
    for (const { passwordHash, lists } of found) {
      assert.equal(passwordHash, hash);
      assert.deepEqual(lists.map(({ tickers }) => tickers), [["KO", "AAPL"]]);
    }
  };
}

function users(from: number, to: number): string[] {
  return Array.from(
    { length: to - from },
    (_, index) => `user_${from + index},"${hash}",,First,Last,KO AAPL`,
  );
}

function* fileText(count: number): Generator<string> {
  yield `${header}\n`;
  for (let from = 0; from < count; from += 100) {
    yield `${users(from, Math.min(count, from + 100)).join("\n")}\n`;
  }
}

async function fileOf(folder: string, lines: readonly string[]): Promise<string> {
  const path = `${folder}/users.csv`;
  await Deno.writeTextFile(path, `\ufeff${[header, ...lines].join("\r\n")}`);
  return path;
}
