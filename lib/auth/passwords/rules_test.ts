import assert from "node:assert/strict";
import { commonPasswords } from "./common.ts";
import { normalizePassword } from "./passwords.ts";
import * as rules from "./rules.ts";

function passwordFault(password: string, username = "someone") {
  return rules.passwordFault(password, { username });
}

Deno.test("a password is the same whether its accents are separate code points or not", () => {
  assert.equal(normalizePassword("Ａ\u0301ngstro\u0308m"), normalizePassword("\u00c1ngstr\u00f6m"));
});

Deno.test("a password has 8 to 128 characters, whatever the number of bytes", () => {
  assert.equal(passwordFault("kestrel"), "too_short");
  assert.equal(passwordFault("kestrel8"), undefined);
  assert.equal(passwordFault("🦊".repeat(7)), "too_short");
  assert.equal(passwordFault("🦊🐻🐼".repeat(43).slice(0, -2)), undefined);
  assert.equal(passwordFault("🦊🐻🐼".repeat(43)), "too_long");
});

Deno.test("a character that normalization turns into 18 counts as one for the minimum, and as 18 for the maximum", () => {
  assert.equal(passwordFault("o\u0308".repeat(7)), "too_short");
  assert.equal(passwordFault("\ufdfa"), "too_short");
  assert.equal(passwordFault("\ufdfa".repeat(8)), "too_long");
});

Deno.test("different halves of surrogate pairs count as the same character, because they get the same hash", () => {
  assert.equal(normalizePassword("\ud800"), normalizePassword("\udc01"));
  const halves = Array.from({ length: 9 }, (_, index) => String.fromCharCode(0xd800 + index));
  assert.equal(passwordFault(halves.join("")), "too_common");
});

Deno.test("the most common passwords are refused, in capitals too", () => {
  for (const common of ["password", "Password1", "QWERTY123", "iloveyou", "starwars", "P@ssword"]) {
    assert.equal(passwordFault(common), "too_common", common);
  }
});

Deno.test("repetitions and rows of the keyboard are refused at any length", () => {
  for (
    const simple of [
      "00000000",
      "a".repeat(128),
      "12341234",
      "xyzxyzxyzxyz",
      "🦊".repeat(8),
      "12345678",
      "0987654321",
      "abcdefghij",
      "POIUYTREWQ",
      "asdfghjkl",
    ]
  ) {
    assert.equal(passwordFault(simple), "too_common", simple);
  }
});

Deno.test("no rule requires certain kinds of characters", () => {
  for (
    const allowed of [
      "watchlist",
      "correct horse battery staple",
      "tqhwrsdmbnp",
      "84021957330184",
      "нетолькобуквы",
      "        x",
    ]
  ) {
    assert.equal(passwordFault(allowed), undefined, allowed);
  }
});

Deno.test("the username and the service's name are refused, also with digits and signs around them", () => {
  assert.equal(passwordFault("User.Name", " user.NAME "), "too_personal");
  assert.equal(passwordFault("1988 ada! 1988", "ada"), "too_personal");
  assert.equal(passwordFault("Quoteboard2026"), "too_personal");
  assert.equal(passwordFault("ada counts beans", "ada"), undefined);
  assert.equal(passwordFault("not a name at all", ""), undefined);
});

Deno.test("the list contains at least 15,000 common passwords, all normalized and long enough", () => {
  assert.ok(commonPasswords.size >= 15_000, String(commonPasswords.size));
  for (const common of commonPasswords) {
    assert.equal(common, normalizePassword(common).toLowerCase());
    assert.ok(common.length >= 8, common);
  }
});
