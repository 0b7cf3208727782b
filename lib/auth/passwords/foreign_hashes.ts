// Owns which password hashes from elsewhere are taken in, by how much work they ask for.

import { parsePhc } from "./argon2.ts";

export type HashFault = "not_argon2id" | "too_costly";

/**
 * KiB, and KiB times passes: some 0.6 s of hashing for one sign-in. What libsodium, argon2-cffi, PHP and Spring make
 * unless told otherwise stays within it.
 */
export const hashMemoryMax = 65_536;
export const hashWorkMax = 4 * hashMemoryMax;
export const hashLanesMax = 16;

/** Undefined: it is an Argon2id hash in PHC form that is verified here at a bearable cost. */
export function hashFault(text: string): HashFault | undefined {
  const phc = parsePhc(text);
  if (!phc) return "not_argon2id";
  const { memory, passes, lanes } = phc;
  const bearable = memory <= hashMemoryMax && memory * passes <= hashWorkMax &&
    lanes <= hashLanesMax;
  return bearable ? undefined : "too_costly";
}
