// Owns the rules for a new password: which passwords are refused, and why. Hashes nothing.

import { normalizeUsername } from "../../identity.ts";
import {
  type PasswordFault,
  passwordLengthMax,
  passwordLengthMin,
  type WeakPassword,
} from "../auth.ts";
import { isCommon } from "./common.ts";
import { normalizePassword } from "./passwords.ts";

/** Refused as a password, because an attacker tries the name of the service first. */
const serviceName = "quoteboard";

/** Undefined if the password is allowed. Its length is counted in code points, before and after normalization. */
export function passwordFault(
  password: string,
  { username }: { username: string },
): PasswordFault | undefined {
  const normalized = normalizePassword(password);
  const length = [...normalized].length;
  // Normalization may turn one typed character into 18, but an attacker has to guess only that one.
  if (Math.min(length, [...password].length) < passwordLengthMin) return "too_short";
  if (length > passwordLengthMax) return "too_long";
  if (isCommon(normalized)) return "too_common";
  const names = [normalizeUsername(username), serviceName];
  return names.some((name) => isNameWithSigns(normalized, name)) ? "too_personal" : undefined;
}

/** The outcome for every call that sets a password. Undefined if the password is allowed. */
export function weakPassword(password: string, username: string): WeakPassword | undefined {
  const fault = passwordFault(password, { username });
  return fault && { kind: "weak_password", fault };
}

/** True if the password is the name, alone or with digits and signs around it. */
function isNameWithSigns(password: string, name: string): boolean {
  const lower = password.toLowerCase();
  return name !== "" && lower.includes(name) && !/\p{L}/u.test(lower.replace(name, ""));
}
