// Owns the audit lines of the log: who did what to an account, from where, and what was refused. Their names are stable; none holds a secret.

import type { Context } from "hono";
import { BoundedMap } from "../../lib/bounded_map.ts";
import type { Deps } from "../../lib/deps.ts";
import type { Problem, ProblemCode } from "../../lib/errors.ts";
import { type Identity, parseUsername } from "../../lib/identity.ts";
import { callerOf } from "./caller.ts";
import { accepted, type AcceptOptions, type Outcome } from "./outcomes.ts";

/** Programs of the operator read these names: none changes its meaning. */
export type AuditEvent =
  | "sign_in"
  | "sign_in_failed"
  | "sign_out"
  | "sign_out_everywhere"
  | "session_ended"
  | "register"
  | "register_failed"
  | "password_changed"
  | "password_change_failed"
  | "password_reset"
  | "password_reset_failed"
  | "account_deleted"
  | "account_deletion_failed"
  | "refused";

export interface AuditDeps {
  readonly log: Pick<Deps["log"], "info">;
  readonly config: Pick<Deps["config"], "trustedProxies">;
}

interface Who {
  readonly userId?: string | undefined;
  /** As typed. Logged only if it can be a username, because people type passwords into the wrong field. */
  readonly username?: string | undefined;
}

/** The client chooses the path, and a proxy may pass on any text as the address: longer ones are cut. */
const routeLengthMax = 100;
const addressLengthMax = 64;

export function audit(
  c: Context,
  { log, config }: AuditDeps,
  entry: Who & { readonly event: AuditEvent; readonly reason?: string },
): void {
  const identity: Identity | undefined = c.get("identity");
  const { event, reason, userId = identity?.userId, username } = entry;
  log.info({
    audit: true,
    event,
    ...(reason && { reason }),
    ...(userId ? { userId } : { username: parseUsername(username ?? "") }),
    address: callerOf(c, { config }).address.slice(0, addressLengthMax),
    route: `${c.req.method} ${c.req.path}`.slice(0, routeLengthMax),
  }, "Audit");
}

const failures = {
  sign_in: "sign_in_failed",
  register: "register_failed",
  password_changed: "password_change_failed",
  password_reset: "password_reset_failed",
  account_deleted: "account_deletion_failed",
} as const;

/** Logs the outcome, and returns it if it is good; throws the Problem of any other. */
export function audited<O extends Outcome>(
  c: Context,
  deps: AuditDeps,
  { event, userId, username, outcome, ...options }: AcceptOptions & Who & {
    readonly event: keyof typeof failures;
    readonly outcome: O;
  },
): Extract<O, { kind: "ok" }> {
  if (outcome.kind === "ok") {
    audit(c, deps, { event, userId: "user" in outcome ? outcome.user.id : userId });
  } else if (outcome.kind !== "rate_limited" && outcome.kind !== "busy") {
    audit(c, deps, { event: failures[event], reason: outcome.kind, userId, username });
  }
  return accepted(outcome, options);
}

/** Refusals that a guard or a limit made. The others are mistakes of a form, or follow from a route's own outcome. */
const refusalCodes: ReadonlySet<ProblemCode> = new Set([
  "forbidden_origin",
  "rate_limited",
  "unknown_host",
]);

/** A flood of refusals is one line in this time for each code and network. */
const refusalEveryMs = 60_000;

/** At the bound the pair that was logged longest ago is forgotten, and is logged again sooner. */
const refusalsMax = 10_000;

export type AuditRefusal = (c: Context, problem: Problem) => void;

export function createRefusalAudit(deps: AuditDeps & Pick<Deps, "clock">): AuditRefusal {
  const loggedAt = new BoundedMap<string, number>(refusalsMax);
  return function auditRefusal(c, { code }) {
    if (!refusalCodes.has(code)) return;
    const key = `${code} ${callerOf(c, deps).network}`;
    const now = deps.clock.now();
    if (now - (loggedAt.get(key) ?? -Infinity) < refusalEveryMs) return;
    loggedAt.set(key, now);
    audit(c, deps, { event: "refused", reason: code });
  };
}
