import assert from "node:assert/strict";
import { createAdmission } from "./admission.ts";

Deno.test("an address has as many sockets as it may, whatever comes and goes", () => {
  const admission = createAdmission<string>({ socketsPerIp: 2, socketsPerUser: 1 });
  assert.equal(admission.enter("a"), true);
  assert.equal(admission.enter("a"), true);
  assert.equal(admission.enter("a"), false);
  assert.equal(admission.enter("b"), true);
  admission.leave("a");
  admission.leave("a");
  assert.equal(admission.enter("a"), true);
  assert.equal(admission.enter("a"), false);
});

Deno.test("a user's oldest connection has to go when there is one too many", () => {
  const admission = createAdmission<string>({ socketsPerIp: 1, socketsPerUser: 2 });
  assert.equal(admission.signIn("ann", "first"), undefined);
  assert.equal(admission.signIn("ann", "second"), undefined);
  assert.equal(admission.signIn("ann", "second"), undefined, "a renewal is no new connection");
  assert.equal(admission.signIn("bob", "other"), undefined);
  assert.equal(admission.signIn("ann", "third"), "first");
  admission.signOut("ann", "first");
  assert.deepEqual(admission.ofUser("ann"), ["second", "third"]);
  admission.signOut("ann", "second");
  admission.signOut("ann", "third");
  assert.deepEqual(admission.ofUser("ann"), []);
});
