// Owns which password hashes of other systems can be imported: those in the right form whose verification costs little.

import { parsePhc } from "./argon2.ts";

export type HashFault = "not_argon2id" | "too_costly";

/**
 * The bound for memory in KiB, and the bound for memory times passes: about 0.6 s of hashing for one sign-in. The
 * defaults of libsodium, argon2-cffi, PHP and Spring are within these bounds.
 */
export const hashMemoryMax = 65_536;
export const hashWorkMax = 4 * hashMemoryMax;
export const hashLanesMax = 16;

/** Undefined if the text is an Argon2id hash in PHC form with an acceptable cost. */
export function hashFault(text: string): HashFault | undefined {
  const phc = parsePhc(text);
  if (!phc) return "not_argon2id";
  const { memory, passes, lanes } = phc;
  const isAffordable = memory <= hashMemoryMax && memory * passes <= hashWorkMax &&
    lanes <= hashLanesMax;
  return isAffordable ? undefined : "too_costly";
}
