import assert from "node:assert/strict";
import { argon2id } from "hash-wasm";
import { createClock } from "../../clock.ts";
import { openKvStore } from "../../store/kv_store.ts";
import type { Store } from "../../store/store.ts";
import { someList, someUser } from "../../store/contract/store_fixtures.ts";
import { createHashRenewal, createPasswordCheck } from "./check.ts";
import { isForeignHash } from "./argon2.ts";
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
