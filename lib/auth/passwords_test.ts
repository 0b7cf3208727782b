import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../clock.ts";
import { Problem } from "../errors.ts";
import type { PasswordAnswer, PasswordJob } from "./password_worker.ts";
import { createPasswords, unknownUserHash, type WorkerPort } from "./passwords.ts";

Deno.test("a password matches its hash and no other, in whatever form it is typed", async () => {
  const passwords = createPasswords({ clock: createClock() });
  try {
    const hashed = await passwords.hash("Ångström 1814");
    assert.ok(hashed.kind === "ok");
    assert.match(hashed.hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const typed = ["A\u030angstro\u0308m 1814", "Ångström 1815", "ångström 1814"];
    const verdicts = await Promise.all(typed.map((text) => passwords.verify(hashed.hash, text)));
    assert.deepEqual(verdicts.map(({ kind }) => kind), ["ok", "mismatch", "mismatch"]);
    const again = await passwords.hash("Ångström 1814");
    assert.ok(again.kind === "ok" && again.hash !== hashed.hash);
  } finally {
    passwords.close();
  }
});

Deno.test("an unknown user's stand-in costs what a real hash costs, and no password matches it", async () => {
  const passwords = createPasswords({ clock: createClock() });
  try {
    const hashed = await passwords.hash("whatever it is");
    assert.ok(hashed.kind === "ok");
    const parameters = (hash: string) => hash.split("$").slice(0, 4);
    const lengths = (hash: string) => hash.split("$").map((part) => part.length);
    assert.deepEqual(parameters(unknownUserHash), parameters(hashed.hash));
    assert.deepEqual(lengths(unknownUserHash), lengths(hashed.hash));
    for (const password of ["", " ", "whatever it is"]) {
      assert.deepEqual(await passwords.verify(unknownUserHash, password), { kind: "mismatch" });
    }
  } finally {
    passwords.close();
  }
});

Deno.test("a hash that cannot be read fails its own job only", async () => {
  const passwords = createPasswords({ clock: createClock() });
  try {
    const [broken, sound] = await Promise.allSettled([
      passwords.verify("not a hash", "password"),
      passwords.verify(unknownUserHash, "password"),
    ]);
    assert.equal(broken.status, "rejected");
    assert.deepEqual(sound, { status: "fulfilled", value: { kind: "mismatch" } });
  } finally {
    passwords.close();
  }
});

Deno.test("65 jobs are taken, the next one is answered busy, and room comes back", async () => {
  const { passwords, workers } = createFixture();
  const taken = Array.from({ length: 65 }, () => passwords.hash("x"));
  assert.equal(passwords.isFull(), true);
  assert.deepEqual(await passwords.hash("x"), { kind: "busy" });
  assert.deepEqual(await passwords.verify("hash", "x"), { kind: "busy" });
  workers[0]!.answer(1, "hash-1");
  assert.deepEqual(await taken[0], { kind: "ok", hash: "hash-1" });
  assert.equal(passwords.isFull(), false);
  const late = passwords.hash("x");
  for (let id = 2; id <= 66; id++) workers.at(-1)!.answer(id, `hash-${id}`);
  assert.deepEqual(await late, { kind: "ok", hash: "hash-66" });
  passwords.close();
  await Promise.allSettled(taken);
});

Deno.test("a worker is replaced after sixteen jobs, so that its memory stays bounded, and no job is lost", async () => {
  const { passwords, workers } = createFixture();
  const jobs = Array.from({ length: 20 }, () => passwords.hash("x"));
  for (let id = 1; id <= 20; id++) workers.at(-1)!.answer(id, `hash-${id}`);
  const hashes = (await Promise.all(jobs)).map((job) => job.kind === "ok" && job.hash);
  assert.deepEqual(hashes, jobs.map((_, index) => `hash-${index + 1}`));
  assert.deepEqual(workers.map(({ terminated }) => terminated), [true, false]);
  passwords.close();
});

Deno.test("the worker starts with the first job", () => {
  const { passwords, workers } = createFixture();
  assert.equal(workers.length, 0);
  passwords.close();
});

Deno.test("when the worker dies its jobs fail and the next job has a new one", async () => {
  const { passwords, workers } = createFixture();
  const jobs = [passwords.hash("x"), passwords.hash("y")];
  const failures = Promise.all(jobs.map((job) => assert.rejects(job, isUnavailable)));
  workers[0]!.die();
  await failures;
  assert.equal(workers[0]!.terminated, true);
  const next = passwords.hash("z");
  workers[1]!.answer(3, "hash-3");
  assert.deepEqual(await next, { kind: "ok", hash: "hash-3" });
  passwords.close();
});

Deno.test("a worker that stays silent is replaced after its job's deadline", async () => {
  const { passwords, workers, timers } = createFixture();
  const job = passwords.hash("x");
  timers.tick(14_999);
  assert.equal(workers[0]!.terminated, false);
  const failure = assert.rejects(job, isUnavailable);
  timers.tick(1);
  await failure;
  assert.equal(workers[0]!.terminated, true);
  passwords.close();
});

Deno.test("a job that waited too long fails alone while the worker answers others", async () => {
  const { passwords, workers, timers } = createFixture();
  const [first, second] = [passwords.hash("x"), passwords.hash("y")];
  timers.tick(10_000);
  const third = passwords.hash("z");
  workers[0]!.answer(1, "hash-1");
  await first;
  const failure = assert.rejects(second, isUnavailable);
  timers.tick(5_000);
  await failure;
  assert.equal(workers[0]!.terminated, false);
  workers[0]!.answer(2, "nobody waits for it");
  workers[0]!.answer(3, "hash-3");
  assert.deepEqual(await third, { kind: "ok", hash: "hash-3" });
  passwords.close();
});

Deno.test("closing ends the worker, what waits and what comes later, and leaves no timer", async () => {
  const { passwords, workers, timers } = createFixture();
  const failure = assert.rejects(passwords.hash("x"), isUnavailable);
  passwords.close();
  await failure;
  assert.equal(workers[0]!.terminated, true);
  assert.equal(timers.countTimers(), 0);
  await assert.rejects(passwords.hash("x"), isUnavailable);
  assert.equal(workers.length, 1);
});

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === "unavailable";
}

/** Passwords over workers that answer when the test says so. Jobs are numbered from 1. */
function createFixture() {
  const workers: FakeWorker[] = [];
  const timers = FakeTimers.createClock(1_000);
  const passwords = createPasswords({
    clock: createClock(timers),
    startWorker() {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
  });
  return { passwords, workers, timers };
}

class FakeWorker implements WorkerPort {
  onmessage: ((event: MessageEvent<PasswordAnswer>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly jobs: PasswordJob[] = [];
  terminated = false;

  postMessage(job: PasswordJob): void {
    this.jobs.push(job);
  }

  terminate(): void {
    this.terminated = true;
  }

  answer(id: number, result: string): void {
    assert.ok(this.jobs.some((job) => job.id === id), `Job ${id} was not posted`);
    this.onmessage?.(new MessageEvent("message", { data: { id, result } }));
  }

  die(): void {
    const event = new ErrorEvent("error", { message: "out of memory", cancelable: true });
    this.onerror?.(event);
    assert.equal(event.defaultPrevented, true);
  }
}
