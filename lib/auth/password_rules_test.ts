import assert from "node:assert/strict";
import { commonPasswords } from "./common_passwords.ts";
import { normalizePassword, normalizeUsername, passwordFault } from "./password_rules.ts";

Deno.test("a username is the same in capitals and with blanks around it", () => {
  assert.equal(normalizeUsername("  User1 "), "user1");
});

Deno.test("a password is the same however its characters were composed", () => {
  assert.equal(normalizePassword("Ａ\u0301ngstro\u0308m"), normalizePassword("\u00c1ngstr\u00f6m"));
});

Deno.test("a password has 8 to 128 characters, however many bytes one takes", () => {
  assert.equal(passwordFault("kestrel"), "too_short");
  assert.equal(passwordFault("kestrel8"), undefined);
  assert.equal(passwordFault("🦊".repeat(7)), "too_short");
  assert.equal(passwordFault("🦊".repeat(128)), undefined);
  assert.equal(passwordFault("🦊".repeat(129)), "too_long");
});

Deno.test("the length counts after normalization", () => {
  assert.equal(passwordFault("o\u0308".repeat(7)), "too_short");
  assert.equal(passwordFault("\ufb03".repeat(3)), undefined);
});

Deno.test("the most common passwords are refused, also in capitals", () => {
  for (const common of ["password", "Password1", "QWERTY123", "12345678", "iloveyou"]) {
    assert.equal(passwordFault(common), "too_common", common);
  }
});

Deno.test("the demo users' password may be chosen", () => {
  assert.equal(passwordFault("watchlist"), undefined);
});

Deno.test("the list holds about a thousand passwords that would pass otherwise", () => {
  assert.ok(commonPasswords.size >= 950, String(commonPasswords.size));
  for (const common of commonPasswords) {
    assert.equal(common, normalizePassword(common).toLowerCase());
    assert.ok(common.length >= 8, common);
  }
});
