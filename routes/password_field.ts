// Owns what a field for a new password takes, and the sentence for each fault. The rules are lib/auth/password_rules.ts.

import { z } from "@hono/zod-openapi";
import { passwordLengthMax, passwordLengthMin } from "../lib/auth/auth.ts";
import { passwordFault } from "../lib/auth/password_rules.ts";

const faultTexts = {
  too_short: `Use at least ${passwordLengthMin} characters.`,
  too_long: `Use at most ${passwordLengthMax} characters.`,
  too_common: "This password is among the most common ones; choose another.",
  too_personal: "Your username, or this service's name, is too easy to guess; choose another.",
};

/** All but what needs the username. */
export const chosenPassword = z.string().max(1_000).superRefine((password, context) => {
  const message = passwordFaultText(password, "");
  if (message) context.addIssue({ code: "custom", message });
});

/** Undefined: this user may choose it. */
export function passwordFaultText(password: string, username: string): string | undefined {
  const fault = passwordFault(password, { username });
  return fault && faultTexts[fault];
}
