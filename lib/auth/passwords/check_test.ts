import assert from "node:assert/strict";
import { argon2id } from "hash-wasm";
import { createClock } from "../../clock.ts";
import { openKvStore } from "../../store/kv_store.ts";
import type { Store } from "../../store/store.ts";
import { someList, someUser } from "../../store/contract/store_fixtures.ts";
import { createHashRenewal, createPasswordCheck } from "./check.ts";
import { hashPassword, isForeignHash, verifyPassword } from "./argon2.ts";
import { loadHashKinds } from "./hash_kinds.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { createThrottle } from "../limits/throttle.ts";

const password = "violet anchor";

Deno.test("the first sign-in replaces an imported user's hash by one of ours, the next sign-in leaves it", async () => {
  await withImported(async ({ store, username, signIn }) => {
    assert.equal((await signIn("another one")).kind, "invalid_credentials");
    assert.equal(isForeignHash(await hashOf(store, username)), true);
    const [first, second] = [await signIn(password), await signIn(password)];
    assert.ok(first.kind === "ok" && second.kind === "ok");
    assert.equal(isForeignHash(first.passwordHash), false);
    assert.equal(second.passwordHash, first.passwordHash);
    assert.equal(await hashOf(store, username), first.passwordHash);
  });
});

Deno.test("two sign-ins at once as an imported user both succeed, and both return the hash that is stored", async () => {
  await withImported(async ({ store, username, signIn }) => {
    const outcomes = await Promise.all(["192.0.2.1", "192.0.2.2"].map((a) => signIn(password, a)));
    const stored = await hashOf(store, username);
    for (const outcome of outcomes) {
      assert.ok(outcome.kind === "ok");
      assert.equal(outcome.passwordHash, stored);
    }
  });
});

Deno.test("if the password queue is full at the renewal, the sign-in succeeds with the old hash", async () => {
  await withImported(async ({ store, username, signIn }) => {
    const before = await hashOf(store, username);
    const outcome = await signIn(password);
    assert.ok(outcome.kind === "ok");
    assert.equal(outcome.passwordHash, before);
    assert.equal(await hashOf(store, username), before);
  }, (passwords) => ({ ...passwords, hash: () => Promise.resolve({ kind: "busy" }) }));
});

const cheap = { memorySize: 8, iterations: 1, parallelism: 1, hashLength: 16 };
const costly = { memorySize: 512, iterations: 3, parallelism: 2, hashLength: 32 };

Deno.test("a wrong password costs the same work for an unknown name, our own hash, a cheap and a costly imported hash", async () => {
  const store = await openKvStore({ path: ":memory:" });
  const names = ["own", "cheap", "costly", "unknown"];
  const { hash, workOf } = await createCheck(store);
  await addUser(store, "own", await hash(password));
  await addUser(store, "cheap", await foreignHash(cheap));
  await addUser(store, "costly", await foreignHash(costly));
  for (const name of names) await workOf(name);
  const works = [];
  for (const name of names) works.push(await workOf(name));
  const everything = ["m=47104,t=1,p=1", "m=512,t=3,p=2", "m=8,t=1,p=1"];
  assert.deepEqual(works, names.map(() => everything));
  // Another instance, or the same after a restart, knows the kinds from the store.
  const restarted = await createCheck(store);
  assert.deepEqual(await restarted.workOf("another unknown"), everything);
  await store.close();
});

Deno.test("a right password costs one check and, for an imported hash, the renewal", async () => {
  const store = await openKvStore({ path: ":memory:" });
  const { workOf } = await createCheck(store);
  await addUser(store, "cheap", await foreignHash(cheap));
  assert.deepEqual(await workOf("cheap", password), ["m=8,t=1,p=1", "new hash"]);
  assert.deepEqual(await workOf("cheap", password), ["m=47104,t=1,p=1"]);
  await store.close();
});

Deno.test("a stored hash of absurd cost is never computed: it answers like a wrong password and is logged once", async () => {
  const store = await openKvStore({ path: ":memory:" });
  const { workOf, logged } = await createCheck(store);
  const absurd = (await foreignHash(cheap)).replace("m=8,t=1", "m=999999999,t=999");
  await addUser(store, "absurd", absurd);
  for (let attempts = 0; attempts < 3; attempts++) {
    assert.deepEqual(await workOf("absurd", password), await workOf("unknown", password));
  }
  assert.deepEqual(logged, [
    "A stored password hash asks for too much work, so its user cannot sign in",
  ]);
  await store.close();
});

/** The real check and the real hashes, with a record of the work. */
async function createCheck(store: Store) {
  const work: string[] = [];
  const logged: string[] = [];
  const log = { warn: (_: unknown, message?: string) => void logged.push(message ?? "") };
  const passwords = createPasswords({
    clock: createClock(),
    argon2: {
      hash(text) {
        work.push("new hash");
        return hashPassword(text);
      },
      verify(hash, text) {
        work.push(hash.split("$")[3] ?? "");
        return verifyPassword(hash, text);
      },
    },
  });
  const checkPassword = createPasswordCheck({
    store,
    passwords,
    log,
    kinds: await loadHashKinds({ store, log }),
    throttle: createThrottle({ registrationsPerHour: 60 }),
    renewHash: createHashRenewal({ store, passwords }),
  });
  /** The work of one attempt, the costly parts first. */
  async function workOf(username: string, given = "a wrong password") {
    work.length = 0;
    await checkPassword({ username, password: given }, { network: "192.0.2.1" });
    return work.toSorted((a, b) => b.length - a.length);
  }
  return { workOf, logged, hash: hashPassword };
}

async function addUser(store: Store, username: string, passwordHash: string) {
  await store.createUser({ user: { ...someUser(), username }, passwordHash, list: someList() });
}

function foreignHash(options: typeof cheap): Promise<string> {
  return argon2id({ ...options, password, salt: new Uint8Array(8), outputType: "encoded" });
}

interface Imported {
  readonly store: Store;
  readonly username: string;
  signIn(
    given: string,
    address?: string,
  ): ReturnType<ReturnType<typeof createPasswordCheck>>;
}

async function withImported(
  check: (imported: Imported) => Promise<void>,
  change: (passwords: Passwords) => Passwords = (passwords) => passwords,
): Promise<void> {
  const store = await openKvStore({ path: ":memory:" });
  const real = createPasswords({ clock: createClock() });
  const passwords = change(real);
  try {
    const user = someUser();
    const options = { memorySize: 64, iterations: 1, parallelism: 2, hashLength: 16 };
    const salt = new Uint8Array(8);
    const passwordHash = await argon2id({ ...options, password, salt, outputType: "encoded" });
    await store.createUser({ user, passwordHash, list: someList() });
    const checkPassword = createPasswordCheck({
      store,
      passwords,
      log: { warn() {} },
      kinds: await loadHashKinds({ store, log: { warn() {} } }),
      throttle: createThrottle({ registrationsPerHour: 60 }),
      renewHash: createHashRenewal({ store, passwords }),
    });
    const { username } = user;
    await check({
      store,
      username,
      signIn: (given, network = "192.0.2.1") =>
        checkPassword({ username, password: given }, { network }),
    });
  } finally {
    real.close();
    await store.close();
  }
}

async function hashOf(store: Store, username: string): Promise<string> {
  return (await store.credentials(username))?.passwordHash ?? "";
}
