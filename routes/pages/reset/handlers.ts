// Owns the handlers of the page behind a reset link: a new password, once. Links are made by tools/reset_password.ts.

import { type Context, Hono } from "hono";
import { passwordLengthMax, passwordLengthMin } from "../../../lib/auth/auth.ts";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import type { Env } from "../../env.ts";
import { callerOf } from "../../middleware/caller.ts";
import { clearSignInCookies } from "../../middleware/session.ts";
import { audited } from "../../middleware/audit.ts";
import { readForm } from "../form_fields.ts";
import { expected, type PageKit } from "../kit.ts";
import { resetPage } from "./Reset.tsx";

export function resetRoutes(deps: Deps, kit: PageKit) {
  const { auth, config } = deps;
  const app = new Hono<Env>();

  app.use((c, next) => {
    // The address holds the token: not even our own pages may see it. Forms still name their origin.
    c.header("Referrer-Policy", "strict-origin");
    return next();
  });

  app.get("/", (c) => show(c, { token: c.req.query("token") ?? "" }));

  app.post("/", kit.once, async (c) => {
    const { token = "", newPassword = "" } = await readForm(c);
    try {
      const reset = { token, password: newPassword };
      const holder = await auth.resetHolder(token);
      const outcome = await auth.resetPassword(reset, callerOf(c, deps));
      audited(c, deps, {
        event: "password_reset",
        outcome,
        userId: holder?.id,
        passwordField: "newPassword",
      });
    } catch (error) {
      return show(c, { token, problem: expected(error) });
    }
    clearSignInCookies(c, config);
    return c.redirect("/login?password-reset", 303);
  });

  async function show(c: Context<Env>, { token, problem }: { token: string; problem?: Problem }) {
    const holder = await auth.resetHolder(token);
    const page = resetPage({
      username: holder?.username,
      token,
      ...(problem?.field ? { passwordError: problem.message } : { error: problem?.message }),
      passwordLengthMin,
      passwordLengthMax,
    });
    return kit.show(c, page, holder ? problem : new Problem("invalid_reset"));
  }

  return app;
}
