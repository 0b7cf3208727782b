// Owns the most common passwords: a list of leaked ones, repetitions, and rows of the keyboard.

import { dictionary } from "@zxcvbn-ts/language-common";

/** Shorter passwords are refused for their length. */
const listedLengthMin = 8;

/** Common on leaked lists, but missing in the library's list, since the library finds them by rules. */
const more = [
  "facebook1",
  "guest123",
  "loveyou123",
  "p@ssword",
  "password1!",
  "root1234",
  "trustno1!",
  "user1234",
  "zaq1zaq1",
];

/** In lower case. */
export const commonPasswords: ReadonlySet<string> = new Set([
  ...dictionary["passwords-common"].filter(({ length }) => length >= listedLengthMin),
  ...more,
]);

const rows = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm"]
  .flatMap((row) => [row, [...row].reverse().join("")]);

/** A repetition of up to four characters. */
const repeated = /^(.{1,4})\1+$/su;

export function isCommon(password: string): boolean {
  const lower = password.toLowerCase();
  return commonPasswords.has(lower) || repeated.test(lower) ||
    rows.some((row) => row.includes(lower));
}
