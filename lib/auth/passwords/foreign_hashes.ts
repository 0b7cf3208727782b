// Owns which password hashes from elsewhere are accepted, by the work that they cost.

import { parsePhc } from "./argon2.ts";

export type HashFault = "not_argon2id" | "too_costly";

/**
 * KiB, and KiB times passes: about 0.6 s of hashing for one sign-in. The defaults of libsodium, argon2-cffi, PHP and
 * Spring stay within these bounds.
 */
export const hashMemoryMax = 65_536;
export const hashWorkMax = 4 * hashMemoryMax;
export const hashLanesMax = 16;

/** Undefined if the text is an Argon2id hash in PHC form with an acceptable cost. */
export function hashFault(text: string): HashFault | undefined {
  const phc = parsePhc(text);
  if (!phc) return "not_argon2id";
  const { memory, passes, lanes } = phc;
  const bearable = memory <= hashMemoryMax && memory * passes <= hashWorkMax &&
    lanes <= hashLanesMax;
  return bearable ? undefined : "too_costly";
}
