// Owns the handlers of the page behind a reset link: a new password, once. Links are made by tools/reset_password.ts.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { passwordLengthMax, passwordLengthMin } from "../../../lib/auth/auth.ts";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { accepted } from "../../api/auth.ts";
import { clearSignInCookies } from "../../middleware/cookies.ts";
import type { Env } from "../../middleware/http.ts";
import { expected, readForm, show } from "../page_http.ts";
import { resetPage } from "./Reset.tsx";

export function resetPageRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const { auth, config } = deps;

  app.use("/reset", (c, next) => {
    // The address holds the token: not even our own pages are to hear of it. Forms still tell their origin.
    c.header("Referrer-Policy", "strict-origin");
    return next();
  });

  app.get("/reset", (c) => showReset(c, { deps, token: c.req.query("token") ?? "" }));

  app.post("/reset", async (c) => {
    const { token = "", newPassword = "" } = await readForm(c);
    try {
      const reset = { token, password: newPassword };
      accepted(await auth.resetPassword(reset), { passwordField: "newPassword" });
    } catch (error) {
      return showReset(c, { deps, token, problem: expected(error) });
    }
    clearSignInCookies(c, config);
    return c.redirect("/login?password-reset", 303);
  });
}

async function showReset(
  c: Context<Env>,
  { deps, token, problem }: { deps: Deps; token: string; problem?: Problem },
) {
  const holder = await deps.auth.resetHolder(token);
  const shown = holder ? problem : new Problem("invalid_reset");
  const page = resetPage({
    username: holder?.username,
    token,
    ...(problem?.code === "invalid_body"
      ? { passwordError: problem.message }
      : { error: problem?.message }),
    passwordLengthMin,
    passwordLengthMax,
  });
  return show(c, page, { deps, ...(shown ? { problem: shown } : {}) });
}
