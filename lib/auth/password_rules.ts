// Owns what usernames and passwords are made into, and which passwords are refused. Hashes nothing.

import { passwordLengthMax, passwordLengthMin } from "./auth.ts";
import { isCommon } from "./common_passwords.ts";

export type PasswordFault = "too_short" | "too_long" | "too_common" | "too_personal";

/** Whoever guesses tries the name of the service first. */
const serviceName = "quoteboard";

export function normalizeUsername(username: string): string {
  return username.trim().toLowerCase();
}

/** The same characters may be typed as different code points on different keyboards; half a character is none. */
export function normalizePassword(password: string): string {
  return password.toWellFormed().normalize("NFKC");
}

/** Undefined: it may be chosen. Length counts code points, typed or normalized. The username may be as it was typed. */
export function passwordFault(
  password: string,
  { username }: { username: string },
): PasswordFault | undefined {
  const normalized = normalizePassword(password);
  const length = [...normalized].length;
  // One that is typed may become 18, and then only that one has to be guessed.
  if (Math.min(length, [...password].length) < passwordLengthMin) return "too_short";
  if (length > passwordLengthMax) return "too_long";
  if (isCommon(normalized)) return "too_common";
  const names = [normalizeUsername(username), serviceName];
  return names.some((name) => isNoMoreThan(name, normalized)) ? "too_personal" : undefined;
}

/** The name, alone or with digits and signs around it. */
function isNoMoreThan(name: string, password: string): boolean {
  const lower = password.toLowerCase();
  return name !== "" && lower.includes(name) && !/\p{L}/u.test(lower.replace(name, ""));
}
