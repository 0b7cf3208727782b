import assert from "node:assert/strict";
import { createAdmission } from "./admission.ts";

Deno.test("an address opens sockets up to its limit, and closed ones make room", () => {
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

Deno.test("if a user has one connection too many, the oldest one is to be closed", () => {
  const admission = createAdmission<string>({ socketsPerIp: 1, socketsPerUser: 2 });
  assert.equal(admission.signIn("ann", "first"), undefined);
  assert.equal(admission.signIn("ann", "second"), undefined);
  assert.equal(admission.signIn("ann", "second"), undefined, "a renewal is not a new connection");
  assert.equal(admission.signIn("bob", "other"), undefined);
  assert.equal(admission.signIn("ann", "third"), "first");
  admission.signOut("ann", "first");
  assert.deepEqual(admission.ofUser("ann"), ["second", "third"]);
  admission.signOut("ann", "second");
  admission.signOut("ann", "third");
  assert.deepEqual(admission.ofUser("ann"), []);
});
