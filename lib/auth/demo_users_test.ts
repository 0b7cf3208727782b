import assert from "node:assert/strict";
import { caller, createAuthFixture } from "./auth_fixtures.ts";
import { ensureDemoUsers } from "./demo_users.ts";

Deno.test("the first start creates user1 and user2 with the password watchlist", async () => {
  const fixture = await createAuthFixture();
  assert.deepEqual(await ensureDemoUsers(fixture), ["user1", "user2"]);
  for (const username of ["user1", "user2"]) {
    const outcome = await fixture.auth.signIn({ username, password: "watchlist" }, caller);
    assert.equal(outcome.kind, "ok");
  }
});

Deno.test("a later start creates no existing user again, and hashes no password for it", async () => {
  const fixture = await createAuthFixture();
  await ensureDemoUsers(fixture);
  const { hashed } = fixture.state;
  assert.deepEqual(await ensureDemoUsers(fixture), []);
  assert.equal(fixture.state.hashed, hashed);
});

Deno.test("two instances that start at the same time create each user once", async () => {
  const fixture = await createAuthFixture();
  const created = await Promise.all([ensureDemoUsers(fixture), ensureDemoUsers(fixture)]);
  assert.deepEqual(created.flat().sort(), ["user1", "user2"]);
});

Deno.test("if the password queue is full at the start, an error is thrown", async () => {
  const fixture = await createAuthFixture();
  fixture.state.busy = true;
  await assert.rejects(ensureDemoUsers(fixture), { name: "Problem", code: "unavailable" });
});
