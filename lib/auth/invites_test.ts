import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { caller, createAuthFixture, registration } from "./auth_fixtures.ts";
import { issueInvite } from "./invites.ts";

const dayMs = 24 * 3_600_000;

async function createFixture() {
  const fixture = await createAuthFixture({ registration: "invite" });
  const clock = createClock(fixture.timers);
  const register = (username: string, invite?: string) =>
    fixture.auth.register({ ...registration(username), invite }, caller);
  return { ...fixture, register, issue: () => issueInvite({ store: fixture.store, clock }) };
}

Deno.test("an invitation creates one account and signs in; nobody registers without one", async () => {
  const { auth, register, issue, state } = await createFixture();
  const invite = await issue();
  assert.match(invite, /^[\w-]{43}$/);
  for (const wrong of [undefined, "", "x".repeat(43), invite.slice(1)]) {
    assert.deepEqual(await register("first", wrong), { kind: "invalid_invite" });
  }
  assert.equal(state.hashed, 0);
  assert.equal(await auth.isInvited(invite), true);
  assert.equal((await register("first", invite)).kind, "ok");
  assert.equal(await auth.isInvited(invite), false);
  assert.deepEqual(await register("second", invite), { kind: "invalid_invite" });
});

Deno.test("of 5 accounts that use one invitation at once, one is created", async () => {
  const { register, issue } = await createFixture();
  const invite = await issue();
  const names = ["one", "two", "three", "four", "five"].map((name) => `user-${name}`);
  const kinds = (await Promise.all(names.map((name) => register(name, invite)))).map(({ kind }) =>
    kind
  );
  assert.deepEqual(kinds.sort(), [...Array(4).fill("invalid_invite"), "ok"]);
});

Deno.test("an invitation is valid for 7 days, and a name that is taken leaves it", async () => {
  const { register, issue, timers } = await createFixture();
  assert.equal((await register("first", await issue())).kind, "ok");
  const invite = await issue();
  assert.deepEqual(await register("first", invite), { kind: "username_taken" });
  timers.tick(7 * dayMs - 1);
  assert.equal((await register("second", invite)).kind, "ok");
  const late = await issue();
  timers.tick(7 * dayMs);
  assert.deepEqual(await register("third", late), { kind: "invalid_invite" });
});

Deno.test("the store contains no invitation, only its hash", async () => {
  const { store, issue, timers } = await createFixture();
  const invite = await issue();
  assert.equal(await store.isInvited(invite, timers.now), false);
});

Deno.test("where registration is closed, nobody registers, with an invitation neither; the operator still adds users", async () => {
  const fixture = await createAuthFixture({ registration: "closed" });
  const { auth, store, state } = fixture;
  const invite = await issueInvite({ store, clock: createClock(fixture.timers) });
  const outcome = await auth.register({ ...registration("first"), invite }, caller);
  assert.deepEqual(outcome, { kind: "registration_closed" });
  assert.equal(state.hashed, 0);
  assert.equal((await auth.addUser(registration("first"))).kind, "ok");
  const signIn = { username: "first", password: "correct horse" };
  assert.equal((await auth.signIn(signIn, caller)).kind, "ok");
});
