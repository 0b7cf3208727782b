import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../../clock.ts";
import { Problem } from "../../errors.ts";
import { unknownUserHash } from "./argon2.ts";
import { createPasswords } from "./passwords.ts";

const asker = { network: "192.0.2.1" };

Deno.test("a password matches its own hash, with accents in either form, and another password does not", async () => {
  const passwords = createPasswords({ clock: createClock() });
  try {
    const hashed = await passwords.hash("Ångström 1814", asker);
    assert.ok(hashed.kind === "ok");
    assert.match(hashed.hash, /^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
    const typed = ["A\u030angstro\u0308m 1814", "Ångström 1815", "ångström 1814"];
    const verdicts = await Promise.all(
      typed.map((text) => passwords.verify(hashed.hash, text, asker)),
    );
    assert.deepEqual(verdicts.map(({ kind }) => kind), ["ok", "mismatch", "mismatch"]);
    const again = await passwords.hash("Ångström 1814", asker);
    assert.ok(again.kind === "ok" && again.hash !== hashed.hash);
  } finally {
    passwords.close();
  }
});

Deno.test("the hash for unknown users costs as much as a real hash, and no password matches it", async () => {
  const passwords = createPasswords({ clock: createClock() });
  try {
    const hashed = await passwords.hash("any password", asker);
    assert.ok(hashed.kind === "ok");
    const parameters = (hash: string) => hash.split("$").slice(0, 4);
    const lengths = (hash: string) => hash.split("$").map((part) => part.length);
    assert.deepEqual(parameters(unknownUserHash), parameters(hashed.hash));
    assert.deepEqual(lengths(unknownUserHash), lengths(hashed.hash));
    for (const password of ["", " ", "any password"]) {
      assert.deepEqual(await passwords.verify(unknownUserHash, password, asker), {
        kind: "mismatch",
      });
    }
  } finally {
    passwords.close();
  }
});

Deno.test("a hash that cannot be parsed fails only its own job", async () => {
  const passwords = createPasswords({ clock: createClock() });
  try {
    const [invalid, valid] = await Promise.allSettled([
      passwords.verify("not a hash", "password", asker),
      passwords.verify(unknownUserHash, "password", asker),
    ]);
    assert.equal(invalid.status, "rejected");
    assert.deepEqual(valid, { status: "fulfilled", value: { kind: "mismatch" } });
  } finally {
    passwords.close();
  }
});

Deno.test("hashing does not block the event loop", async () => {
  const passwords = createPasswords({ clock: createClock() });
  let turns = 0;
  let done = false;
  const hashing = passwords.hash("x".repeat(128), asker).finally(() => done = true);
  while (!done) {
    await new Promise((resolve) => setTimeout(resolve));
    turns++;
  }
  await hashing;
  assert.ok(turns > 3, `${turns} turns`);
});

Deno.test("one password is hashed at a time and 32 of one network wait; a further one is answered busy until a job has ended", async () => {
  const { passwords, working, finish } = createFixture();
  const accepted = Array.from(
    { length: 33 },
    (_, index) => passwords.hash(`password-${index}`, asker),
  );
  await settled();
  assert.deepEqual(working(), ["password-0"]);
  assert.equal(passwords.isFull(asker), true);
  assert.deepEqual(await passwords.hash("one more", asker), { kind: "busy" });
  assert.deepEqual(await passwords.verify("hash", "one more", asker), { kind: "busy" });
  finish();
  assert.deepEqual(await accepted[0], { kind: "ok", hash: "hash of password-0" });
  assert.equal(passwords.isFull(asker), false);
  const late = passwords.verify("hash of late", "late", asker);
  for (let index = 1; index <= 33; index++) {
    await settled();
    finish();
  }
  assert.deepEqual(await accepted[32], { kind: "ok", hash: "hash of password-32" });
  assert.deepEqual(await late, { kind: "ok" });
});

Deno.test("a job that waited too long is answered busy and is not run", async () => {
  const { passwords, working, finish, timers } = createFixture();
  const [first, second] = [passwords.hash("first", asker), passwords.hash("second", asker)];
  await settled();
  timers.tick(15_000);
  const third = passwords.hash("third", asker);
  timers.tick(1);
  finish();
  assert.deepEqual(await first, { kind: "ok", hash: "hash of first" });
  assert.deepEqual(await second, { kind: "busy" });
  await settled();
  assert.deepEqual(working(), ["third"]);
  finish();
  assert.deepEqual(await third, { kind: "ok", hash: "hash of third" });
});

Deno.test("after a close, the running job ends normally, and waiting and later jobs are refused", async () => {
  const { passwords, working, finish } = createFixture();
  const [first, second] = [passwords.hash("first", asker), passwords.hash("second", asker)];
  await settled();
  passwords.close();
  const failure = assert.rejects(second, isUnavailable);
  finish();
  assert.deepEqual(await first, { kind: "ok", hash: "hash of first" });
  await failure;
  await assert.rejects(passwords.hash("third", asker), isUnavailable);
  assert.deepEqual(working(), []);
});

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === "unavailable";
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Passwords whose hashing ends when the test calls `finish`. */
function createFixture() {
  const jobs: { password: string; end: () => void }[] = [];
  const timers = FakeTimers.createClock(1_000);
  async function work(password: string) {
    const { promise, resolve } = Promise.withResolvers<void>();
    jobs.push({ password, end: resolve });
    await promise;
    return `hash of ${password}`;
  }
  const passwords = createPasswords({
    clock: createClock(timers),
    argon2: { hash: work, verify: async (hash, password) => await work(password) === hash },
  });
  const working = () => jobs.map(({ password }) => password);
  const finish = () => jobs.shift()?.end();
  return { passwords, timers, working, finish };
}
