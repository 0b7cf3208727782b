// Owns the handlers of the sign-in page.

import { type Context, Hono } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import type { Problem } from "../../../lib/errors.ts";
import type { Env } from "../../env.ts";
import { callerOf } from "../../middleware/caller.ts";
import { setSignInCookies } from "../../middleware/session.ts";
import { audited } from "../../middleware/audit.ts";
import { readForm } from "../form_fields.ts";
import { expected, messageOf, type PageKit } from "../kit.ts";
import { addWanted, wantedStock } from "../stock/wanted.ts";
import { loginPage, type LoginProps } from "./Login.tsx";

/** Why somebody comes here, by a name in the query. */
const messages = new Map([
  ["signed-out", "You are signed out."],
  ["signed-out-everywhere", "You are signed out on all devices."],
  ["password-reset", "Your password is changed. Sign in with the new one."],
  ["deleted", "Your account and everything in it is deleted."],
]);

export function signInRoutes(deps: Deps, kit: PageKit) {
  const { auth, config } = deps;
  const { mayRegister } = kit;
  const app = new Hono<Env>();

  app.get(
    "/",
    kit.signedOut,
    (c) => show(c, { message: messageOf(c, messages) }),
  );

  app.post("/", async (c) => {
    const { username = "", password = "" } = await readForm(c);
    try {
      const outcome = await auth.signIn({ username, password }, callerOf(c, deps));
      const { tokens, user } = audited(c, deps, { event: "sign_in", username, outcome });
      setSignInCookies(c, tokens, config);
      const next = await addWanted(wantedStock(c, deps), { ...deps, userId: user.id });
      return c.redirect(next, 303);
    } catch (error) {
      const problem = expected(error);
      return show(c, { username, error: problem.message }, problem);
    }
  });

  function show(
    c: Context<Env>,
    shown: Pick<LoginProps, "username" | "error" | "message">,
    problem?: Problem,
  ) {
    const [isPlainHttp, wanted] = [kit.losesSignIn(c), wantedStock(c, deps)];
    return kit.show(c, loginPage({ ...shown, isPlainHttp, wanted, mayRegister }), problem);
  }

  return app;
}
