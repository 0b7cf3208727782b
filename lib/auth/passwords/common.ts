// Owns which passwords are too common: those on a list of leaked passwords, repetitions, and rows of the keyboard.

import { dictionary } from "@zxcvbn-ts/language-common";

/** Shorter passwords are not listed, because they are refused for their length. */
const listedLengthMin = 8;

/** These are common on leaked lists. The library does not list them, because it finds them by rules. */
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

/** All in lower case. */
export const commonPasswords: ReadonlySet<string> = new Set([
  ...dictionary["passwords-common"].filter(({ length }) => length >= listedLengthMin),
  ...more,
]);

const rows = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm"]
  .flatMap((row) => [row, [...row].reverse().join("")]);

/** One to four characters that are repeated to the end. */
const repetition = /^(.{1,4})\1+$/su;

export function isCommon(password: string): boolean {
  const lower = password.toLowerCase();
  return commonPasswords.has(lower) || repetition.test(lower) ||
    rows.some((row) => row.includes(lower));
}
