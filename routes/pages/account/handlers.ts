// Owns the handlers of the account's page: what it shows, and what its forms do.

import { type Context, Hono } from "hono";
import { exportAccount, exportDisposition } from "../../../lib/auth/account_export.ts";
import { passwordLengthMax, passwordLengthMin } from "../../../lib/auth/auth.ts";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import type { SignedInEnv } from "../../env.ts";
import { audit, audited } from "../../middleware/audit.ts";
import { callerOf } from "../../middleware/caller.ts";
import { proofOptions } from "../../middleware/outcomes.ts";
import { clearSignInCookies, signOut } from "../../middleware/session.ts";
import { type Form, readForm } from "../form_fields.ts";
import { expected, messageOf, type PageKit } from "../kit.ts";
import { accountPage, type AccountProps } from "./Account.tsx";

type Call = Context<SignedInEnv>;

/** What was done, by the name in the query that the form's answer leads to. */
const messages = new Map([
  ["password-changed", "Your password is changed. All other devices are signed out."],
  ["session-ended", "That device is signed out."],
]);

export function accountRoutes(deps: Deps, kit: PageKit) {
  const { auth, clock, config, store } = deps;
  const app = new Hono<SignedInEnv>();

  app.get("/", kit.signedIn, (c) => show(c, { message: messageOf(c, messages) }));

  // A page's link, not the API's: it renews an expired sign-in.
  app.get("/export", kit.signedIn, async (c) => {
    const { identity } = c.var;
    c.header("Content-Disposition", exportDisposition(identity));
    c.header("Cache-Control", "no-store");
    return c.json(await exportAccount(identity, deps));
  });

  app.post("/", kit.signedIn, kit.once, async (c) => {
    const form = await readForm(c);
    try {
      return c.redirect(await act(c, form), 303);
    } catch (error) {
      const problem = expected(error);
      return show(c, { problem, faults: faultsOf(form.action, problem) });
    }
  });

  /** Returns where to go next. */
  async function act(c: Call, form: Form): Promise<string> {
    const { identity } = c.var;
    switch (form.action) {
      case "sign-out":
        await signOut(c, deps);
        return "/login?signed-out";
      case "change-password": {
        const { oldPassword = "", newPassword = "" } = form;
        const change = { identity, oldPassword, newPassword };
        const outcome = await auth.changePassword(change, callerOf(c, deps));
        audited(c, deps, { event: "password_changed", outcome, ...proofOptions });
        return "/account?password-changed";
      }
      case "end-session": {
        const { session = "" } = form;
        if (!await auth.endSession(identity.userId, session)) throw new Problem("unknown_session");
        audit(c, deps, { event: "session_ended" });
        return "/account?session-ended";
      }
      case "sign-out-everywhere":
        await auth.endAllSessions(identity.userId);
        audit(c, deps, { event: "sign_out_everywhere" });
        clearSignInCookies(c, config);
        return "/login?signed-out-everywhere";
      case "delete": {
        const request = { identity, password: form.password ?? "" };
        const outcome = await auth.deleteAccount(request, callerOf(c, deps));
        audited(c, deps, { event: "account_deleted", outcome, ...proofOptions });
        clearSignInCookies(c, config);
        return "/login?deleted";
      }
      default:
        throw new Problem("bad_request");
    }
  }

  async function show(
    c: Call,
    { message, problem, faults }: {
      message?: string | undefined;
      problem?: Problem;
      faults?: Faults;
    },
  ) {
    const { identity } = c.var;
    const [user, sessions] = await Promise.all([
      store.user(identity.userId),
      auth.sessionsOf(identity.userId),
    ]);
    if (!user) return c.redirect("/login", 303);
    const page = accountPage({
      user,
      sessions: sessions.map(({ id, lastUsedAt, userAgent }) => ({
        id,
        userAgent,
        ageMs: clock.now() - lastUsedAt,
        isPresent: id === identity.sessionId,
      })),
      passwordLengthMin,
      passwordLengthMax,
      message,
      ...faults,
    });
    return kit.show(c, page, problem);
  }

  return app;
}

type Faults = Pick<AccountProps, "error" | "fieldErrors">;

/** Beside the field where the fault is one field's, else above all. */
function faultsOf(action: string | undefined, { code, field, message }: Problem): Faults {
  const proofField = action === "change-password" ? "oldPassword" : "password";
  if (code === "invalid_credentials") return { fieldErrors: { [proofField]: message } };
  return field ? { fieldErrors: { [field]: message } } : { error: message };
}
