// Owns how passwords are normalized, and which passwords are refused. Hashes nothing.

import { normalizeUsername } from "../../identity.ts";
import {
  type PasswordFault,
  passwordLengthMax,
  passwordLengthMin,
  type WeakPassword,
} from "../auth.ts";
import { isCommon } from "./common.ts";

/** Whoever guesses tries the name of the service first. */
const serviceName = "quoteboard";

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

/** The answer of every call that sets a password; undefined if the user may choose this one. */
export function weakPassword(password: string, username: string): WeakPassword | undefined {
  const fault = passwordFault(password, { username });
  return fault && { kind: "weak_password", fault };
}

/** The name, alone or with digits and signs around it. */
function isNoMoreThan(name: string, password: string): boolean {
  const lower = password.toLowerCase();
  return name !== "" && lower.includes(name) && !/\p{L}/u.test(lower.replace(name, ""));
}
