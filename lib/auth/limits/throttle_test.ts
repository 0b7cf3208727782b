import assert from "node:assert/strict";
import { networkOf } from "../../identity.ts";
import { addressFailuresMax, createThrottle } from "./throttle.ts";

Deno.test("after 10 failures one address must wait for that account; other accounts and addresses need not", async () => {
  const throttle = createThrottle({ registrationsPerHour: 1 });
  for (let failures = 0; failures < 10; failures++) {
    assert.equal(await throttle.signInWaitMs("someone", "192.0.2.1"), 0);
    await throttle.signInFailed("someone", "192.0.2.1");
  }
  const waitMs = await throttle.signInWaitMs("someone", "192.0.2.1");
  assert.ok(waitMs > 0 && waitMs <= 300_000, String(waitMs));
  assert.equal(await throttle.signInWaitMs("someone", "192.0.2.2"), 0);
  assert.equal(await throttle.signInWaitMs("another", "192.0.2.1"), 0);
  await throttle.signInSucceeded("someone", "192.0.2.1");
});

Deno.test("an address that tries many accounts must wait in the end; their owners at other addresses need not", async () => {
  const throttle = createThrottle({ registrationsPerHour: 1 });
  for (let failures = 0; failures < addressFailuresMax; failures++) {
    assert.equal(await throttle.signInWaitMs(`user-${failures}`, "192.0.2.1"), 0);
    await throttle.signInFailed(`user-${failures}`, "192.0.2.1");
  }
  assert.ok(await throttle.signInWaitMs("another", "192.0.2.1") > 0);
  assert.equal(await throttle.signInWaitMs("user-0", "192.0.2.2"), 0);
  await throttle.signInSucceeded("user-0", "192.0.2.1");
  assert.ok(await throttle.signInWaitMs("another", "192.0.2.1") > 0);
});

Deno.test("another address of the same /64 counts as the same address", async () => {
  const throttle = createThrottle({ registrationsPerHour: 1 });
  const at = (host: number) => networkOf(`2001:db8::${host}`);
  for (let host = 1; host <= 10; host++) await throttle.signInFailed("a", at(host));
  assert.ok(await throttle.signInWaitMs("a", at(99)) > 0);
  assert.equal(await throttle.countRegistration(at(1)), 0);
  assert.ok(await throttle.registrationWaitMs(at(2)) > 0);
});

Deno.test("a success resets the count of failures", async () => {
  const throttle = createThrottle({ registrationsPerHour: 1 });
  for (let rounds = 0; rounds < 3; rounds++) {
    for (let failures = 0; failures < 9; failures++) await throttle.signInFailed("a", "b");
    assert.equal(await throttle.signInWaitMs("a", "b"), 0);
    await throttle.signInSucceeded("a", "b");
  }
});

Deno.test("an address may register up to the limit; refused registrations do not count", async () => {
  const throttle = createThrottle({ registrationsPerHour: 2 });
  assert.equal(await throttle.countRegistration("a"), 0);
  for (let refused = 0; refused < 5; refused++) {
    assert.equal(await throttle.countRegistration("a"), 0);
    await throttle.uncountRegistration("a");
  }
  assert.equal(await throttle.countRegistration("a"), 0);
  for (let attempts = 0; attempts < 3; attempts++) {
    const waitMs = await throttle.countRegistration("a");
    assert.ok(waitMs > 0 && waitMs <= 3_600_000, String(waitMs));
  }
  assert.ok(await throttle.registrationWaitMs("a") > 0);
  await throttle.uncountRegistration("a");
  assert.equal(await throttle.registrationWaitMs("a"), 0);
  assert.equal(await throttle.countRegistration("b"), 0);
});

Deno.test("of 10 registrations at once, only as many as the limit are allowed", async () => {
  const throttle = createThrottle({ registrationsPerHour: 3 });
  const waits = await Promise.all(
    Array.from({ length: 10 }, () => throttle.countRegistration("a")),
  );
  assert.equal(waits.filter((waitMs) => waitMs === 0).length, 3);
});
