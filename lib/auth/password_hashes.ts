// Owns which password hashes from elsewhere are taken in: their form, and how much work they ask for. Verifies nothing.

import { unknownUserHash } from "./passwords.ts";

export type HashFault = "not_argon2id" | "too_costly";

/**
 * KiB, and KiB times passes: some 0.6 s of the password worker for one sign-in. What libsodium, argon2-cffi, PHP and
 * Spring make unless told otherwise stays within it.
 */
export const hashMemoryMax = 65_536;
export const hashWorkMax = 4 * hashMemoryMax;
export const hashLanesMax = 16;

/** Argon2 demands so many KiB a lane. */
const memoryALane = 8;

const phc =
  /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Undefined: it is an Argon2id hash in PHC form that is verified here at a bearable cost. */
export function hashFault(text: string): HashFault | undefined {
  const [, m, t, p, salt, hash] = phc.exec(text) ?? [];
  const [memory, passes, lanes] = [Number(m), Number(t), Number(p)];
  const sound = passes >= 1 && lanes >= 1 && memory >= memoryALane * lanes;
  if (!sound || !isBase64(salt) || !isBase64(hash)) return "not_argon2id";
  const bearable = memory <= hashMemoryMax && memory * passes <= hashWorkMax &&
    lanes <= hashLanesMax;
  return bearable ? undefined : "too_costly";
}

/** It was made elsewhere, or by parameters of ours that have changed since. */
export function isForeignHash(text: string): boolean {
  return phc.test(text) && parametersOf(text) !== parametersOf(unknownUserHash);
}

function parametersOf(text: string): string {
  return text.split("$", 4).join("$");
}

/** Unpadded; no number of bytes leaves a last group of one character. */
function isBase64(text = ""): boolean {
  return text.length % 4 !== 1;
}
