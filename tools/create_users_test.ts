import assert from "node:assert/strict";
import { createPasswords } from "../lib/auth/passwords/passwords.ts";
import { createClock } from "../lib/clock.ts";
import { StartupError } from "../lib/errors.ts";
import { createLog } from "../lib/log.ts";
import { openKvStore } from "../lib/store/kv_store.ts";
import { openPostgresStore } from "../lib/store/postgres_store.ts";
import type { Store } from "../lib/store/store.ts";
import { startPostgres } from "../tests/support/postgres.ts";
import { assertRefusals, runTask, withFolder } from "../tests/support/task.ts";
import { createUsers } from "./create_users.ts";

const clock = createClock();

Deno.test("each name gets the password on its own line, and an existing user is not changed", async () => {
  await withKvPath(async (KV_PATH) => {
    const stdin = "violet anchor\nambulant 17\n";
    const first = await runTask("createusers", { args: ["Anna", "bob"], env: { KV_PATH }, stdin });
    assert.deepEqual(first, { code: 0, output: "anna was made.\nbob was made.\n" });
    const again = await runTask("createusers", {
      args: ["anna", "ANNA", "carl"],
      env: { KV_PATH },
      stdin: "another for anna\nand one more\ngranite 93 slope",
    });
    const left = "anna exists already: nothing was changed.\n";
    assert.equal(again.output, `${left}${left}carl was made.\n`);
    await assertSignsIn(await openKvStore({ path: KV_PATH }), {
      anna: "violet anchor",
      bob: "ambulant 17",
      carl: "granite 93 slope",
    });
  });
});

Deno.test("the demo users are created, on Postgres too", async () => {
  await using server = await startPostgres();
  const env = { DATABASE_URL: server.url };
  const { output } = await runTask("createusers", { args: ["--demo"], env });
  assert.equal(output, "user1 was made.\nuser2 was made.\n");
  const again = await runTask("createusers", { args: ["--demo"], env });
  assert.equal(again.code, 0);
  assert.match(again.output, /^user1 exists already: .*\nuser2 exists already: .*\n$/);
  const store = await openPostgresStore({ url: server.url, clock, log: createLog("silent") });
  await assertSignsIn(store, { user1: "watchlist", user2: "watchlist" });
});

Deno.test("each wrong use gets one sentence, and creates nobody", async (t) => {
  await withKvPath(async (KV_PATH) => {
    const env = { KV_PATH };
    await assertRefusals(t, {
      name: "createusers",
      cases: {
        "no names": { env, sentence: /^Give names, or --demo alone\.\n\nUsage: / },
        "names and --demo": { env, args: ["--demo", "anna"], sentence: /^Give names, or --demo/ },
        "an unknown option": {
          env,
          args: ["--password=secret"],
          sentence: /^Unknown option '--password'\.\n\nUsage: /,
        },
        "a wrong name": {
          env,
          args: ["anna", "b b"],
          stdin: "violet anchor\n",
          sentence: /^"b b" cannot be a username: use 3 to 32 of a-z/,
        },
        "a short password": {
          env,
          args: ["anna"],
          stdin: "secret\n",
          sentence: /^No user anna was made\. Use at least 8 characters\.\n$/,
        },
        "a common password": {
          env,
          args: ["anna"],
          stdin: "password1\n",
          sentence: /^No user anna was made\. This password is among the most common/,
        },
        "no password": { env, args: ["anna"], sentence: /^There is no password for anna\.\n$/ },
        "a store that nobody shares": {
          env: { KV_PATH: ":memory:" },
          args: ["anna"],
          sentence: /^KV_PATH is :memory:, which nobody shares/,
        },
        "a Postgres that is not there": {
          env: { DATABASE_URL: "postgres://me:secret@127.0.0.1:1/db" },
          args: ["anna"],
          sentence: /^Postgres at 127\.0\.0\.1:1\/db takes no connections/,
        },
      },
    });
    const store = await openKvStore({ path: KV_PATH });
    assert.equal(await store.credentials("anna"), undefined);
    await store.close();
  });
});

Deno.test("while a service uses the KV file, the task says so", async () => {
  await withKvPath(async (KV_PATH) => {
    const service = await openKvStore({ path: KV_PATH });
    const { code, output } = await runTask("createusers", { args: ["--demo"], env: { KV_PATH } });
    assert.equal(code, 1);
    assert.match(output, /^The KV file .* is in use by another running process: stop that one/);
    await service.close();
  });
});

Deno.test("asking for help is not an error", async () => {
  const { code, output } = await runTask("createusers", { args: ["--help"] });
  assert.equal(code, 0);
  assert.match(output, /^Usage: deno task createusers NAME\.\.\./);
});

Deno.test("a person is asked twice, and again if the password is not allowed", async () => {
  const { answers, made, prompts, options } = person([
    "short",
    "short",
    "violet anchor",
    "violet anker",
    "violet anchor",
    "violet anchor",
  ]);
  await createUsers(["anna"], options);
  assert.deepEqual(made, [{ username: "anna", password: "violet anchor" }]);
  assert.equal(answers.length, 0);
  assert.match(prompts[2]!, /^Use at least 8 characters\.\nPassword for anna: $/);
  assert.match(prompts[4]!, /^The two were not the same\.\nPassword for anna: $/);
});

Deno.test("it gives up after three tries, and a person who stops before that creates nobody", async () => {
  const { made, options } = person(["a", "a", "b", "b", "c", "c", "violet anchor"]);
  await assert.rejects(createUsers(["anna"], options), StartupError);
  const stopped = person([]);
  await assert.rejects(createUsers(["anna"], stopped.options), StartupError);
  assert.deepEqual([...made, ...stopped.made], []);
});

function person(answers: string[]) {
  const made: { username: string; password: string }[] = [];
  const prompts: string[] = [];
  const options: Parameters<typeof createUsers>[1] = {
    store: { credentials: () => Promise.resolve(undefined) },
    addUser({ username, password, ...profile }) {
      made.push({ username, password });
      const user = { id: "", username, createdAt: 0, ...profile };
      return Promise.resolve({ kind: "ok", user, passwordHash: "hash" });
    },
    secrets: {
      isTerminal: true,
      read(prompt) {
        prompts.push(prompt);
        return Promise.resolve(answers.shift());
      },
    },
    say() {},
  };
  return { answers, made, prompts, options };
}

const asker = { network: "192.0.2.1" };

async function assertSignsIn(store: Store, passwordOf: Record<string, string>): Promise<void> {
  const passwords = createPasswords({ clock });
  for (const [username, password] of Object.entries(passwordOf)) {
    const found = await store.credentials(username);
    assert.ok(found, username);
    assert.deepEqual(await passwords.verify(found.passwordHash, password, asker), { kind: "ok" });
    assert.equal((await store.lists(found.user.id)).length, 1);
  }
  passwords.close();
  await store.close();
}

function withKvPath(check: (path: string) => Promise<void>): Promise<void> {
  return withFolder((folder) => check(`${folder}/users.kv`));
}
