// Backup and restore as an operator runs them: the tasks as processes, with both stores and a running service.

import assert from "node:assert/strict";
import { openKvStore } from "../lib/store/kv_store.ts";
import { putUser } from "../lib/store/contract/store_fixtures.ts";
import { call, register } from "../tests/support/api_client.ts";
import { startPostgres, type TestPostgres } from "../tests/support/postgres.ts";
import { startServer } from "../tests/support/server.ts";
import { assertRefusals, runTask, withFolder } from "../tests/support/task.ts";

let postgres: TestPostgres;
Deno.test.beforeAll(async () => {
  postgres = await startPostgres();
});
Deno.test.afterAll(() => postgres.stop());

Deno.test("a service that moves from Deno KV to Postgres and back keeps users, lists, and everybody's sign-in", async () => {
  await withFolder(async (folder) => {
    const kv = { KV_PATH: `${folder}/a.kv` };
    const env = { DATABASE_URL: postgres.url };
    const members = await serve(kv, async (url) => {
      const members = await Promise.all([register(url), register(url)]);
      for (const { accessToken: token } of members) {
        for (const ticker of ["KO", "AAPL"]) {
          await call(`${url}/api/watchlist`, { json: { ticker }, token });
        }
        await call(`${url}/api/watchlists`, { json: { name: "Another" }, token });
      }
      return members;
    });
    const before = await serve(kv, (url) => Promise.all(members.map((one) => stateOf(url, one))));

    await task("backup", kv, `${folder}/one.backup`);
    assert.match(await task("restore", env, `${folder}/one.backup`), /^4 users and 2 sessions are/);
    await task("backup", env, `${folder}/two.backup.gz`);
    await serve(env, async (url) => {
      assert.deepEqual(await Promise.all(members.map((one) => stateOf(url, one))), before);
      const { refreshToken } = members[0]!;
      const answer = await call(`${url}/api/auth/refresh`, { json: { refreshToken } });
      assert.equal(answer.status, 200);
    });

    const back = { KV_PATH: `${folder}/b.kv` };
    await task("restore", back, `${folder}/two.backup.gz`);
    await task("backup", back, `${folder}/three.backup`);
    assert.deepEqual(
      await recordsOf(`${folder}/three.backup`),
      await recordsOf(`${folder}/one.backup`),
    );
    await serve(back, async (url) => {
      assert.deepEqual(await Promise.all(members.map((one) => stateOf(url, one))), before);
    });
  });
});

Deno.test("Postgres can be backed up while the service runs, its KV file cannot", async () => {
  await withFolder(async (folder) => {
    await serve({ DATABASE_URL: postgres.url }, async () => {
      await task("backup", { DATABASE_URL: postgres.url }, `${folder}/pg.backup`);
    });
    const kv = { KV_PATH: `${folder}/a.kv` };
    await serve(kv, async () => {
      const { code, output } = await runTask("backup", { args: [`${folder}/kv.backup`], env: kv });
      assert.equal(code, 1);
      assert.match(output, /^The KV file .* is in use by another running process: stop that one/);
    });
    assert.deepEqual(await namesIn(folder, /backup/), ["pg.backup"]);
  });
});

Deno.test("only the owner can read the file, and a file left by an interrupted backup does not stop the next one", async () => {
  await withKv(async ({ folder, env }) => {
    await Deno.writeTextFile(`${folder}/a.backup.part`, "left over", { mode: 0o644 });
    await task("backup", env, `${folder}/a.backup`);
    assert.deepEqual(await namesIn(folder, /backup/), ["a.backup"]);
    if (Deno.build.os === "windows") return;
    assert.equal((await Deno.stat(`${folder}/a.backup`)).mode! & 0o777, 0o600);
  });
});

Deno.test("two backups cannot write the same file at once", async () => {
  await withKv(async ({ folder, env }) => {
    const path = `${folder}/a.backup.part`;
    const other = await Deno.open(path, { create: true, write: true });
    await other.lock(true);
    await other.write(new TextEncoder().encode("half of it"));
    const { code, output } = await runTask("backup", { args: [`${folder}/a.backup`], env });
    assert.equal(code, 1);
    assert.match(output, /^Another backup is writing .*a\.backup\.part: wait for it/);
    assert.equal(await Deno.readTextFile(path), "half of it");
    other.close();
    await task("backup", env, `${folder}/a.backup`);
  });
});

Deno.test("a restore does not change a store with users, unless it is asked to replace them", async () => {
  await withKv(async ({ folder, env, username }) => {
    await task("backup", env, `${folder}/a.backup`);
    await withKv(async (other) => {
      const args = [`${folder}/a.backup`];
      const { code, output } = await runTask("restore", { args, env: other.env });
      assert.equal(code, 1);
      assert.match(output, /has users already: nothing was changed\. --replace puts/);
      assert.deepEqual(await usernamesIn(other.env.KV_PATH, [username, other.username]), [
        other.username,
      ]);
      const replaced = await runTask("restore", { args: [...args, "--replace"], env: other.env });
      assert.equal(replaced.code, 0, replaced.output);
      assert.deepEqual(await usernamesIn(other.env.KV_PATH, [username, other.username]), [
        username,
      ]);
    });
  });
});

Deno.test("a restore signs everybody out if asked to, and ends access tokens too", async () => {
  await withFolder(async (folder) => {
    const kv = { KV_PATH: `${folder}/a.kv` };
    const { accessToken, refreshToken, username } = await serve(kv, register);
    await task("backup", kv, `${folder}/a.backup`);
    const args = [`${folder}/a.backup`, "--replace", "--sign-out"];
    const { output } = await runTask("restore", { args, env: kv });
    assert.match(output, /^3 users and 0 sessions are in/);
    await serve(kv, async (url) => {
      const withAccess = await call(`${url}/api/me`, { token: accessToken });
      const withRefresh = await call(`${url}/api/auth/refresh`, { json: { refreshToken } });
      assert.deepEqual([withAccess.status, withRefresh.status], [401, 401]);
      const json = { username, password: "a long enough one" };
      assert.equal((await call(`${url}/api/auth/login`, { json })).status, 200);
    });
  });
});

Deno.test("a file that is cut off is refused before anything is written, compressed or not", async (t) => {
  await withKv(async ({ folder, env, username }) => {
    const cases: Parameters<typeof assertRefusals>[1]["cases"] = {};
    for (
      const [name, sentence] of [["a.backup", /is cut off/], [
        "a.gz",
        /cannot be unpacked/,
      ]] as const
    ) {
      await task("backup", env, `${folder}/${name}`);
      const whole = await Deno.readFile(`${folder}/${name}`);
      await Deno.writeFile(`${folder}/cut.${name}`, whole.subarray(0, whole.length - 40));
      cases[name] = { env, args: [`${folder}/cut.${name}`, "--replace"], sentence };
    }
    await assertRefusals(t, { name: "restore", cases });
    assert.deepEqual(await usernamesIn(env.KV_PATH, [username]), [username]);
  });
});

Deno.test("each wrong use gets one sentence", async (t) => {
  await withKv(async ({ folder, env }) => {
    const [there, none] = [`${folder}/a.kv`, `${folder}/none`];
    await assertRefusals(t, {
      name: "backup",
      cases: {
        "no file": { env, sentence: /^Name one file\.\n\nUsage: / },
        "two files": { env, args: [none, none], sentence: /^Name one file/ },
        "an unknown option": {
          env,
          args: [none, "--force"],
          sentence: /^Unknown option '--force'/,
        },
        "a file that is there": {
          env,
          args: [there],
          sentence: /a\.kv exists already: name a new/,
        },
        "a folder that is not there": {
          env,
          args: [`${none}/a.backup`],
          sentence: /^The file .* cannot be written\.\n$/,
        },
        "a KV file that is not there": {
          env: { KV_PATH: `${none}.kv` },
          args: [none],
          sentence: /^There is no KV file .*none\.kv: set KV_PATH to the service's\.\n$/,
        },
      },
    });
    await assertRefusals(t, {
      name: "restore",
      cases: {
        "no file to restore": { env, sentence: /^Name one file\.\n\nUsage: / },
        "a missing file": {
          env,
          args: [none, "--replace"],
          sentence: /^There is no file .*none\.\n$/,
        },
        "another file": {
          env,
          args: ["deno.json", "--replace"],
          sentence: /is no backup of Quoteboard/,
        },
      },
    });
    assert.deepEqual(await namesIn(folder, /none/), []);
  });
});

interface Member {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Looks at the service as the users' own client does, signed in with the token from before. */
async function stateOf(url: string, { accessToken: token }: Member) {
  const [me, lists, sessions] = await Promise.all(
    ["/api/me", "/api/watchlists", "/api/sessions"].map((path) => call(`${url}${path}`, { token })),
  );
  assert.deepEqual([me?.status, lists?.status, sessions?.status], [200, 200, 200]);
  return { me: me?.body, lists: lists?.body, sessions: sessions?.body };
}

async function serve<T>(env: Record<string, string>, use: (url: string) => Promise<T>): Promise<T> {
  await using server = await startServer({ env: { DATABASE_URL: "", ...env } });
  return await use(server.url);
}

async function task(name: string, env: Record<string, string>, path: string): Promise<string> {
  const { code, output } = await runTask(name, { args: [path], env });
  assert.equal(code, 0, output);
  return output;
}

/** Without the header, which contains the time, and without the last line. */
async function recordsOf(path: string): Promise<string[]> {
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  return lines.slice(1, -1).sort();
}

async function usernamesIn(path: string, usernames: readonly string[]): Promise<string[]> {
  const store = await openKvStore({ path });
  const found = await Promise.all(usernames.map((username) => store.credentials(username)));
  await store.close();
  return usernames.filter((_, index) => found[index] !== undefined);
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).filter((name) => pattern.test(name)).sort();
}

/** A folder with a KV file that holds one user. */
async function withKv(
  check: (kv: { folder: string; env: { KV_PATH: string }; username: string }) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const env = { KV_PATH: `${folder}/a.kv` };
    const store = await openKvStore({ path: env.KV_PATH });
    const { user: { username } } = await putUser(store);
    await store.close();
    await check({ folder, env, username });
  });
}
