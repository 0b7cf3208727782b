// Owns the handlers of the sign-in page.

import { Hono } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import type { Env } from "../../env.ts";
import { callerOf } from "../../middleware/caller.ts";
import { setSignInCookies } from "../../middleware/session.ts";
import { audited } from "../../middleware/audit.ts";
import { readForm } from "../form_fields.ts";
import { expected, messageOf, type PageKit } from "../kit.ts";
import { loginPage } from "./Login.tsx";

/** Why somebody comes here, by a name in the query. */
const messages = new Map([
  ["signed-out", "You are signed out."],
  ["signed-out-everywhere", "You are signed out on all devices."],
  ["password-reset", "Your password is changed. Sign in with the new one."],
  ["deleted", "Your account and everything in it is deleted."],
]);

export function signInRoutes(deps: Deps, kit: PageKit) {
  const { auth, config } = deps;
  const app = new Hono<Env>();

  app.get(
    "/",
    kit.signedOut,
    (c) =>
      kit.show(c, loginPage({ message: messageOf(c, messages), isPlainHttp: kit.losesSignIn(c) })),
  );

  app.post("/", async (c) => {
    const { username = "", password = "" } = await readForm(c);
    try {
      const outcome = await auth.signIn({ username, password }, callerOf(c, deps));
      const { tokens } = audited(c, deps, { event: "sign_in", username, outcome });
      setSignInCookies(c, tokens, config);
    } catch (error) {
      const problem = expected(error);
      const isPlainHttp = kit.losesSignIn(c);
      return kit.show(c, loginPage({ username, error: problem.message, isPlainHttp }), problem);
    }
    return c.redirect("/watchlist", 303);
  });

  return app;
}
