import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { startPostgres, type TestPostgres } from "../../../tests/support/postgres.ts";
import { parsePostgresAddress } from "./address.ts";
import { connectPostgres, type Sql } from "./client.ts";
import { migrate } from "./migrations.ts";
import { migrateDatabase, openPostgresStore } from "../postgres_store.ts";
import { createClock } from "../../clock.ts";
import { createLog } from "../../log.ts";
import { putUser } from "../contract/store_fixtures.ts";

let server: TestPostgres;
Deno.test.beforeAll(async () => {
  server = await startPostgres();
});
Deno.test.afterAll(() => server.stop());

Deno.test("each file is applied once, in the order of the names; other files are ignored", async () => {
  await withFolder(async ({ sql, folder, write }) => {
    await write("0002_more.sql", "alter table things add column name text;");
    await write("0001_start.sql", "create table things (id int);");
    await write("notes.md", "no SQL");
    assert.deepEqual(await migrate(sql, folder), ["0001_start.sql", "0002_more.sql"]);
    assert.deepEqual(await migrate(sql, folder), []);
    await write("0003_last.sql", "insert into things values (1, 'one');");
    assert.deepEqual(await migrate(sql, folder), ["0003_last.sql"]);
    assert.deepEqual([...await sql`select * from things`], [{ id: 1, name: "one" }]);
  });
});

Deno.test("a migration that fails leaves nothing, and is applied by a later try", async () => {
  await withFolder(async ({ sql, folder, write }) => {
    await write("0001_start.sql", "create table things (id int); insert into nothing values (1);");
    await assert.rejects(migrate(sql, folder), {
      name: "StartupError",
      message:
        'The migration 0001_start.sql failed, nothing of it was done: relation "nothing" does not exist',
    });
    await write("0001_start.sql", "create table things (id int);");
    assert.deepEqual(await migrate(sql, folder), ["0001_start.sql"]);
  });
});

Deno.test("an edited migration is refused with a sentence; other line ends do not count as an edit", async () => {
  await withFolder(async ({ sql, folder, write }) => {
    await write("0001_start.sql", "create table things (\n  id int\n);\n");
    await migrate(sql, folder);
    await write("0001_start.sql", "create table things (\r\n  id int\r\n);\r\n");
    assert.deepEqual(await migrate(sql, folder), []);
    await write("0001_start.sql", "create table things (\n  id bigint\n);\n");
    await assert.rejects(migrate(sql, folder), {
      name: "StartupError",
      message:
        "The migration 0001_start.sql was changed after it was applied: restore it, and put the change into a new file.",
    });
  });
});

Deno.test("a missing folder is named in a sentence", async () => {
  await withFolder(async ({ sql, folder }) => {
    const missing = new URL("missing/", folder);
    await assert.rejects(migrate(sql, missing), {
      name: "StartupError",
      message:
        `The folder ${missing.pathname} cannot be read: it must be there, and Deno allowed to read it.`,
    });
  });
});

Deno.test("an older version of the service starts on newer tables", async () => {
  await withFolder(async ({ sql, folder, write }) => {
    await write("0001_start.sql", "create table things (id int);");
    await write("0002_more.sql", "create table others (id int);");
    await migrate(sql, folder);
    await Deno.remove(new URL("0002_more.sql", folder));
    assert.deepEqual(await migrate(sql, folder), []);
  });
});

Deno.test("if many migrate at the same time, one of them applies each file", async () => {
  await withFolder(async ({ address, folder, write }) => {
    const names = ["0001_a.sql", "0002_b.sql", "0003_c.sql"];
    for (const name of names) {
      await write(name, `create table ${name.slice(5, 6)} (); select pg_sleep(0.05);`);
    }
    const applied = await Promise.all(Array.from({ length: 8 }, async () => {
      const sql = connectPostgres(address, { connectionsMax: 1, statementTimeoutMs: 0 });
      try {
        return await migrate(sql, folder);
      } finally {
        await sql.end();
      }
    }));
    assert.deepEqual(applied.flat().sort(), names);
  });
});

Deno.test("a migration gives up soon on a table in use, so that requests do not pile up behind it", async () => {
  await withFolder(async ({ sql, address, folder, write }) => {
    await sql`create table things (id int)`;
    await write("0001_more.sql", "alter table things add column name text;");
    const [holder, service] = [0, 3_500].map((statementTimeoutMs) =>
      connectPostgres(address, { connectionsMax: 1, statementTimeoutMs })
    );
    assert.ok(holder && service);
    try {
      await holder`begin`;
      await holder`select * from things`;
      await Promise.all([
        assert.rejects(migrate(sql, folder), { code: "55P03" }),
        lockAwaited(service).then(() => service`select * from things`),
      ]);
    } finally {
      await Promise.all([holder.end(), service.end()]);
    }
    assert.deepEqual(await migrate(sql, folder), ["0001_more.sql"]);
  });
});

Deno.test("if two processes start at the same time, each migration is applied once and both run", async () => {
  await withDatabase(async (url) => {
    const outputs = await Promise.all([runTool(url), runTool(url)]);
    for (const { code, text } of outputs) {
      assert.equal(code, 0, text);
      assert.match(text, /The tables at .* are up to date\.\n$/);
    }
    const applied = outputs.flatMap(({ text }) => text.match(/Applied \S+/g) ?? []);
    const files = await Array.fromAsync(
      Deno.readDir(new URL("../../../migrations/", import.meta.url)),
    );
    assert.deepEqual(applied.sort(), files.map(({ name }) => `Applied ${name}`).sort());
  });
});

Deno.test("deno task migrate has a help text, and reports a fault in one sentence", async () => {
  const help = await runTool(undefined, "--help");
  assert.equal(help.code, 0);
  assert.match(help.text, /^Usage: DATABASE_URL=/);
  for (
    const [result, sentence] of [
      [await runTool(undefined), /^DATABASE_URL is not set\./],
      [await runTool(server.url, "--force"), /^Unknown argument --force\./],
      [
        await runTool("postgres://someone:geheim@127.0.0.1:1/db"),
        /^Postgres at 127\.0\.0\.1:1\/db /,
      ],
    ] as const
  ) {
    assert.equal(result.code, 1);
    assert.match(result.text, sentence);
    assert.doesNotMatch(result.text, /geheim|at file:/);
  }
});

Deno.test("a user without the right to create tables can start on existing tables; without tables the fault is reported", async () => {
  await withDatabase(async (url, sql) => {
    await sql`create role reader login password 'secret'`;
    await sql`revoke create on schema public from public`;
    const readerUrl = url.replace("postgres:secret@", "reader:secret@");
    const { shown } = parsePostgresAddress(url);
    await assert.rejects(open(readerUrl), {
      name: "StartupError",
      message: `Postgres at ${shown} lets the user reader make no tables: ` +
        `run "deno task migrate" as one who may, or grant it.`,
    });
    await migrateDatabase(parsePostgresAddress(url));
    await sql`grant select, insert, update, delete on all tables in schema public to reader`;
    const store = await open(readerUrl);
    const { user, list } = await putUser(store);
    assert.deepEqual(await store.lists(user.id), [list]);
    await store.close();
  });
});

async function lockAwaited(sql: Sql): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if ((await sql`select from pg_locks where not granted`).length > 0) return;
  }
  assert.fail("nobody waits for a lock");
}

function open(url: string) {
  return openPostgresStore({ url, clock: createClock(), log: createLog("silent") });
}

/** A new database with a connection to it, and an empty folder for migrations. */
function withFolder(
  check: (given: {
    sql: Sql;
    address: ReturnType<typeof parsePostgresAddress>;
    folder: URL;
    write: (name: string, text: string) => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  return withDatabase(async (url, sql) => {
    const path = await Deno.makeTempDir();
    const folder = pathToFileURL(`${path}/`);
    const write = (name: string, text: string) => Deno.writeTextFile(new URL(name, folder), text);
    try {
      await check({ sql, address: parsePostgresAddress(url), folder, write });
    } finally {
      await Deno.remove(path, { recursive: true });
    }
  });
}

let databases = 0;

async function withDatabase(check: (url: string, sql: Sql) => Promise<void>): Promise<void> {
  const name = `test_${++databases}`;
  await withSql(server.url, (sql) => sql`create database ${sql(name)}`);
  const url = server.url.replace(/\/postgres$/, `/${name}`);
  await withSql(url, (sql) => check(url, sql));
}

async function withSql(url: string, use: (sql: Sql) => PromiseLike<unknown>): Promise<void> {
  const options = { connectionsMax: 1, statementTimeoutMs: 0 };
  const sql = connectPostgres(parsePostgresAddress(url), options);
  try {
    await use(sql);
  } finally {
    await sql.end();
  }
}

/** Runs the task with its own permissions. */
async function runTool(url: string | undefined, ...args: string[]) {
  const rights = ["--no-prompt", "--allow-net", "--allow-env=DATABASE_URL", "--ignore-env"];
  const tool = new URL("../../../tools/deploy/migrate.ts", import.meta.url).pathname;
  const migrations = new URL("../../../migrations/", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...rights, `--allow-read=${migrations}`, tool, ...args],
    env: { DATABASE_URL: url ?? "" },
  }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}
