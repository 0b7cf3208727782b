import assert from "node:assert/strict";
import { caller, createAuthFixture } from "./auth_fixtures.ts";
import { ensureDemoUsers } from "./demo_users.ts";

Deno.test("the first start makes user1 and user2, who sign in with the password watchlist", async () => {
  const fixture = await createAuthFixture();
  assert.deepEqual(await ensureDemoUsers(fixture), ["user1", "user2"]);
  for (const username of ["user1", "user2"]) {
    const outcome = await fixture.auth.signIn({ username, password: "watchlist" }, caller);
    assert.equal(outcome.kind, "ok");
  }
});

Deno.test("a later start makes only who is missing and hashes nothing for the others", async () => {
  const fixture = await createAuthFixture();
  await ensureDemoUsers(fixture);
  const { hashed } = fixture.state;
  assert.deepEqual(await ensureDemoUsers(fixture), []);
  assert.equal(fixture.state.hashed, hashed);
});

Deno.test("two instances that start at the same time make each user once", async () => {
  const fixture = await createAuthFixture();
  const made = await Promise.all([ensureDemoUsers(fixture), ensureDemoUsers(fixture)]);
  assert.deepEqual(made.flat().sort(), ["user1", "user2"]);
});

Deno.test("a queue that is full at the start is not taken for success", async () => {
  const fixture = await createAuthFixture();
  fixture.state.busy = true;
  await assert.rejects(ensureDemoUsers(fixture), { name: "Problem", code: "unavailable" });
});
