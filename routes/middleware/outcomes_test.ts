import assert from "node:assert/strict";
import { Problem } from "../../lib/errors.ts";
import { accepted, proofOptions } from "./outcomes.ts";

type Outcome = Parameters<typeof accepted>[0];

/** The refusal that an outcome becomes. */
function refusalOf(...[outcome, options]: Parameters<typeof accepted>): Problem {
  try {
    accepted(outcome, options);
  } catch (error) {
    assert.ok(error instanceof Problem);
    return error;
  }
  throw new Error(`"${outcome.kind}" was accepted.`);
}

Deno.test("the good outcome goes on as it is", () => {
  const outcome = { kind: "ok" } as const;
  assert.equal(accepted(outcome), outcome);
});

const refused: [outcome: Outcome, status: number, code: string][] = [
  [{ kind: "invalid_credentials" }, 401, "invalid_credentials"],
  [{ kind: "username_taken" }, 409, "username_taken"],
  [{ kind: "invalid_reset" }, 410, "invalid_reset"],
  [{ kind: "weak_password", fault: "too_short" }, 400, "invalid_body"],
  [{ kind: "rate_limited", retryAfterMs: 1 }, 429, "rate_limited"],
  [{ kind: "busy" }, 503, "unavailable"],
];

for (const [outcome, status, code] of refused) {
  Deno.test(`the outcome "${outcome.kind}" is refused with ${status} ${code}`, () => {
    const problem = refusalOf(outcome);
    assert.deepEqual([problem.status, problem.code], [status, code]);
  });
}

Deno.test("a wait is rounded up to whole seconds, so that no client comes back too early", () => {
  const { headers } = refusalOf({ kind: "rate_limited", retryAfterMs: 1_001 });
  assert.equal(headers["Retry-After"], "2");
  assert.equal(refusalOf({ kind: "busy" }).headers["Retry-After"], "2");
});

Deno.test("a weak password is a fault of its field, with the sentence for its fault", () => {
  const weak = { kind: "weak_password", fault: "too_common" } as const;
  const problem = refusalOf(weak);
  assert.equal(problem.field, "password");
  assert.match(problem.message, /most common/);
  assert.equal(refusalOf(weak, proofOptions).field, "newPassword");
});

Deno.test("where a present password is asked for, the text says that it is the wrong one", () => {
  const invalid = { kind: "invalid_credentials" } as const;
  assert.equal(refusalOf(invalid, proofOptions).message, "The present password is wrong.");
  assert.match(refusalOf(invalid).message, /username or the password/);
});
