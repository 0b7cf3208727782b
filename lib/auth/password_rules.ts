// Owns what usernames and passwords are made into, and which passwords are refused. Hashes nothing.

import { passwordLengthMax, passwordLengthMin } from "./auth.ts";
import { commonPasswords } from "./common_passwords.ts";

export type PasswordFault = "too_short" | "too_long" | "too_common";

export function normalizeUsername(username: string): string {
  return username.trim().toLowerCase();
}

/** The same characters may be typed as different code points on different keyboards. */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

/** Undefined: it may be chosen. Length counts code points. */
export function passwordFault(password: string): PasswordFault | undefined {
  const normalized = normalizePassword(password);
  const length = [...normalized].length;
  if (length < passwordLengthMin) return "too_short";
  if (length > passwordLengthMax) return "too_long";
  return commonPasswords.has(normalized.toLowerCase()) ? "too_common" : undefined;
}
