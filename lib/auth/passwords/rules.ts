// Owns the rules of a new password: which ones are refused, and why. Hashes nothing.

import { normalizeUsername } from "../../identity.ts";
import {
  type PasswordFault,
  passwordLengthMax,
  passwordLengthMin,
  type WeakPassword,
} from "../auth.ts";
import { isCommon } from "./common.ts";
import { normalizePassword } from "./passwords.ts";

/** An attacker tries the name of the service first. */
const serviceName = "quoteboard";

/** Undefined if the password may be chosen. Its length counts code points, as typed and as normalized. */
export function passwordFault(
  password: string,
  { username }: { username: string },
): PasswordFault | undefined {
  const normalized = normalizePassword(password);
  const length = [...normalized].length;
  // One typed character may become 18, and an attacker has to guess only the one.
  if (Math.min(length, [...password].length) < passwordLengthMin) return "too_short";
  if (length > passwordLengthMax) return "too_long";
  if (isCommon(normalized)) return "too_common";
  const names = [normalizeUsername(username), serviceName];
  return names.some((name) => isLittleMoreThan(name, normalized)) ? "too_personal" : undefined;
}

/** The answer of every call that sets a password; undefined if the user may choose this one. */
export function weakPassword(password: string, username: string): WeakPassword | undefined {
  const fault = passwordFault(password, { username });
  return fault && { kind: "weak_password", fault };
}

/** True for the name alone, or with digits and signs around it. */
function isLittleMoreThan(name: string, password: string): boolean {
  const lower = password.toLowerCase();
  return name !== "" && lower.includes(name) && !/\p{L}/u.test(lower.replace(name, ""));
}
