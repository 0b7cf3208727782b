// Owns the handlers of the registration page.

import { type Context, Hono } from "hono";
import { passwordLengthMax, passwordLengthMin, type Registration } from "../../../lib/auth/auth.ts";
import { registrationSchema } from "../../../lib/auth/registration.ts";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import type { Caller } from "../../../lib/identity.ts";
import type { Env } from "../../env.ts";
import { callerOf } from "../../middleware/caller.ts";
import { setSignInCookies } from "../../middleware/session.ts";
import { audited } from "../../middleware/audit.ts";
import { readForm } from "../form_fields.ts";
import { expected, type PageKit } from "../kit.ts";
import { addWanted, wantedStock } from "../stock/wanted.ts";
import { noRegistrationPage, registerPage, type RegisterProps } from "./Register.tsx";

const passwordBounds = { passwordLengthMin, passwordLengthMax };

type Shown = Omit<RegisterProps, keyof typeof passwordBounds | "isPlainHttp" | "wanted">;

export function registerRoutes(deps: Deps, kit: PageKit) {
  const { auth, config } = deps;
  const app = new Hono<Env>();

  app.use((c, next) => {
    // The address may hold an invitation: not even our own pages may see it. Forms still name their origin.
    if (config.registration === "invite") c.header("Referrer-Policy", "strict-origin");
    return next();
  });

  app.get("/", kit.signedOut, async (c) => {
    const { invite = "" } = c.req.query();
    const problem = await refusal(invite);
    return problem ? showRefusal(c, problem) : show(c, { invite });
  });

  app.post("/", kit.once, async (c) => {
    const values = await readForm(c);
    const { invite = "" } = values;
    const refused = await refusal(invite);
    if (refused) return showRefusal(c, refused);
    const input = registrationSchema.safeParse(values);
    if (!input.success) {
      const fieldErrors = firstOfEachField(input.error.issues);
      return show(c, { invite, values, fieldErrors }, new Problem("invalid_body"));
    }
    try {
      const { username } = input.data;
      const done = await registerOnce(input.data, callerOf(c, deps));
      const { tokens, user } = audited(c, deps, { username, ...done });
      setSignInCookies(c, tokens, config);
      const next = await addWanted(wantedStock(c, deps), { ...deps, userId: user.id });
      return c.redirect(next, 303);
    } catch (error) {
      const problem = expected(error);
      return show(c, { invite, values, ...faultOf(problem) }, problem);
    }
  });

  function show(c: Context<Env>, shown: Shown, problem?: Problem) {
    const isPlainHttp = kit.losesSignIn(c);
    const wanted = wantedStock(c, deps);
    const page = registerPage({ ...passwordBounds, ...shown, wanted, isPlainHttp });
    return kit.show(c, page, problem);
  }

  /** Why this visitor cannot register. */
  async function refusal(invite: string): Promise<Problem | undefined> {
    if (config.registration === "closed") return new Problem("registration_closed");
    const needsInvite = config.registration === "invite";
    return needsInvite && !await auth.isInvited(invite) ? new Problem("invalid_invite") : undefined;
  }

  function showRefusal(c: Context<Env>, problem: Problem) {
    const needsInvite = problem.code === "invalid_invite";
    return kit.show(c, noRegistrationPage({ needsInvite }), problem);
  }

  /** A repeat whose first request was answered elsewhere, or never arrived: the same name and password sign in. */
  async function registerOnce(input: Registration, caller: Caller) {
    const outcome = await auth.register(input, caller);
    const registered = { event: "register", outcome } as const;
    if (outcome.kind !== "username_taken") return registered;
    const signedIn = await auth.signIn(input, caller);
    return signedIn.kind === "ok" ? { event: "sign_in", outcome: signedIn } as const : registered;
  }

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
