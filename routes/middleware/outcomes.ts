// Owns how the outcomes of auth become answers: the good one goes on, each other one is a Problem.

import {
  type ChangePasswordOutcome,
  passwordFaultTexts,
  type ProvenOutcome,
  type RegisterOutcome,
  type ResetOutcome,
  type SignInOutcome,
} from "../../lib/auth/auth.ts";
import { Problem } from "../../lib/errors.ts";

export type Outcome =
  | SignInOutcome
  | RegisterOutcome
  | ProvenOutcome
  | ChangePasswordOutcome
  | ResetOutcome;

export interface AcceptOptions {
  /** Where a weak password stood. */
  readonly passwordField?: string;
  /** The text for wrong credentials, where it is known which of them is wrong. */
  readonly invalidText?: string;
}

export function accepted<O extends Outcome>(
  outcome: O,
  { passwordField = "password", invalidText }: AcceptOptions = {},
): Extract<O, { kind: "ok" }> {
  switch (outcome.kind) {
    case "ok":
      return outcome as Extract<O, { kind: "ok" }>;
    case "rate_limited":
      throw new Problem("rate_limited", {
        headers: { "Retry-After": String(Math.ceil(outcome.retryAfterMs / 1000)) },
      });
    case "busy":
      throw new Problem("unavailable");
    case "weak_password":
      throw new Problem("invalid_body", {
        field: passwordField,
        detail: passwordFaultTexts[outcome.fault],
      });
    case "invalid_credentials":
      throw new Problem("invalid_credentials", { detail: invalidText });
    default:
      throw new Problem(outcome.kind);
  }
}

/** For a change that asks for the present password. */
export const proofOptions: AcceptOptions = {
  passwordField: "newPassword",
  invalidText: "The present password is wrong.",
};
