// Owns the handlers of the registration page.

import { Hono } from "hono";
import { passwordLengthMax, passwordLengthMin } from "../../../lib/auth/auth.ts";
import { registrationSchema } from "../../../lib/auth/registration.ts";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import type { Env } from "../../env.ts";
import { callerOf } from "../../middleware/caller.ts";
import { setSignInCookies } from "../../middleware/session.ts";
import { accepted } from "../../middleware/outcomes.ts";
import { expected, type PageKit, readForm } from "../kit.ts";
import { registerPage, type RegisterProps } from "./Register.tsx";

const passwordBounds = { passwordLengthMin, passwordLengthMax };

export function registerRoutes(deps: Deps, kit: PageKit) {
  const { auth, config } = deps;
  const app = new Hono<Env>();

  app.get("/", kit.signedOut, (c) => kit.show(c, registerPage(passwordBounds)));

  app.post("/", async (c) => {
    const values = await readForm(c);
    const input = registrationSchema.safeParse(values);
    if (!input.success) {
      const fieldErrors = firstOfEachField(input.error.issues);
      const page = registerPage({ ...passwordBounds, values, fieldErrors });
      return kit.show(c, page, new Problem("invalid_body"));
    }
    try {
      const { tokens } = accepted(await auth.register(input.data, callerOf(c, deps)));
      setSignInCookies(c, tokens, config);
    } catch (error) {
      const problem = expected(error);
      const page = registerPage({ ...passwordBounds, values, ...faultOf(problem) });
      return kit.show(c, page, problem);
    }
    return c.redirect("/watchlist", 303);
  });

  return app;
}

type Faults = Pick<RegisterProps, "error" | "fieldErrors">;

/** Beside the field where the fault is one field's, else above all. */
function faultOf({ code, field, message }: Problem): Faults {
  if (code === "username_taken") return { fieldErrors: { username: message } };
  return field ? { fieldErrors: { [field]: message } } : { error: message };
}

function firstOfEachField(
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
): NonNullable<Faults["fieldErrors"]> {
  return Object.fromEntries(
    issues.map(({ path, message }) => [String(path[0]), message]).reverse(),
  );
}
