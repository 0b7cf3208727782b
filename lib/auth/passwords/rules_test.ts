import assert from "node:assert/strict";
import { commonPasswords } from "./common.ts";
import { normalizePassword } from "./passwords.ts";
import * as rules from "./rules.ts";

function passwordFault(password: string, username = "someone") {
  return rules.passwordFault(password, { username });
}

Deno.test("a password is the same however its characters were composed", () => {
  assert.equal(normalizePassword("Ａ\u0301ngstro\u0308m"), normalizePassword("\u00c1ngstr\u00f6m"));
});

Deno.test("a password has 8 to 128 characters, however many bytes one takes", () => {
  assert.equal(passwordFault("kestrel"), "too_short");
  assert.equal(passwordFault("kestrel8"), undefined);
  assert.equal(passwordFault("🦊".repeat(7)), "too_short");
  assert.equal(passwordFault("🦊🐻🐼".repeat(43).slice(0, -2)), undefined);
  assert.equal(passwordFault("🦊🐻🐼".repeat(43)), "too_long");
});

Deno.test("the length counts as typed and after normalization: one sign that stands for many is one", () => {
  assert.equal(passwordFault("o\u0308".repeat(7)), "too_short");
  assert.equal(passwordFault("\ufdfa"), "too_short");
  assert.equal(passwordFault("\ufdfa".repeat(8)), "too_long");
});

Deno.test("halves of characters, which all hash alike, count as one character", () => {
  assert.equal(normalizePassword("\ud800"), normalizePassword("\udc01"));
  const halves = Array.from({ length: 9 }, (_, index) => String.fromCharCode(0xd800 + index));
  assert.equal(passwordFault(halves.join("")), "too_common");
});

Deno.test("the most common passwords are refused, also in capitals", () => {
  for (const common of ["password", "Password1", "QWERTY123", "iloveyou", "starwars", "P@ssword"]) {
    assert.equal(passwordFault(common), "too_common", common);
  }
});

Deno.test("repetitions and rows of the keyboard are refused, however long", () => {
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

Deno.test("no rule of composition stands in the way of a long or an unusual password", () => {
  for (
    const fine of [
      "watchlist",
      "correct horse battery staple",
      "tqhwrsdmbnp",
      "84021957330184",
      "нетолькобуквы",
      "        x",
    ]
  ) {
    assert.equal(passwordFault(fine), undefined, fine);
  }
});

Deno.test("the username and the service's name are refused, also among digits and signs", () => {
  assert.equal(passwordFault("User.Name", " user.NAME "), "too_personal");
  assert.equal(passwordFault("1988 ada! 1988", "ada"), "too_personal");
  assert.equal(passwordFault("Quoteboard2026"), "too_personal");
  assert.equal(passwordFault("ada counts beans", "ada"), undefined);
  assert.equal(passwordFault("not a name at all", ""), undefined);
});

Deno.test("the list holds more than the 3,000 most common passwords that would pass otherwise", () => {
  assert.ok(commonPasswords.size >= 15_000, String(commonPasswords.size));
  for (const common of commonPasswords) {
    assert.equal(common, normalizePassword(common).toLowerCase());
    assert.ok(common.length >= 8, common);
  }
});
