// Owns the passwords that too many people choose: a list of leaked ones, and what a finger finds in a row on the keyboard.

import { dictionary } from "@zxcvbn-ts/language-common";

/** Shorter ones are refused for their length. */
const listedLengthMin = 8;

/** Common on leaked lists, but left out of the library's, which finds them by rules of its own. */
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

/** Up to four characters, again and again. */
const repeated = /^(.{1,4})\1+$/su;

export function isCommon(password: string): boolean {
  const lower = password.toLowerCase();
  return commonPasswords.has(lower) || repeated.test(lower) ||
    rows.some((row) => row.includes(lower));
}
