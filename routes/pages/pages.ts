// Owns the handlers of the pages: forms in, server-rendered HTML out. What a page looks like stands in routes/pages/.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { z } from "@hono/zod-openapi";
import { passwordLengthMax, passwordLengthMin } from "../../lib/auth/auth.ts";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import { registrationSchema } from "../../lib/auth/registration.ts";
import { accepted, credentials } from "../api/auth.ts";
import { setSignInCookies } from "../middleware/cookies.ts";
import { callerOf, type Env, identify } from "../middleware/http.ts";
import { expected, newsOf, readForm, rowsOf, show, signedInUser } from "./page_http.ts";
import * as errors from "./error/ErrorPage.tsx";
import { homePage } from "./home/Home.tsx";
import { loginPage } from "./sign_in/Login.tsx";
import { registerPage, type RegisterProps } from "./register/Register.tsx";

const homeRows = 8;

/** Why somebody comes to the sign-in page, by a name in its query. */
const newsTexts = new Map([
  ["signed-out", "You are signed out."],
  ["signed-out-everywhere", "You are signed out on all devices."],
  ["password-reset", "Your password is changed. Sign in with the new one."],
  ["deleted", "Your account and everything in it is deleted."],
]);

const passwordBounds = { passwordLengthMin, passwordLengthMax };

export function pageRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const { auth, config } = deps;

  app.get("/", async (c) => {
    const identity = await signedInUser(c, deps);
    const tickers = deps.securities.tickers().slice(0, homeRows);
    const { rows, at } = await rowsOf(deps, tickers, { signedIn: identity !== undefined });
    const page = homePage({
      rows,
      at,
      isSimulated: deps.source.name === "simulated",
      isSignedIn: identity !== undefined,
    });
    return show(c, page, { deps, identity });
  });

  app.get("/login", async (c) => {
    const identity = await signedInUser(c, deps);
    if (identity) return c.redirect("/watchlist", 303);
    return show(c, loginPage({ message: newsOf(c, newsTexts) }), { deps });
  });

  app.post("/login", async (c) => {
    const { username, password } = await readForm(c);
    try {
      const input = credentials.safeParse({ username, password });
      if (!input.success) throw new Problem("invalid_credentials");
      const { tokens } = accepted(await auth.signIn(input.data, callerOf(c, deps)));
      setSignInCookies(c, tokens, config);
    } catch (error) {
      const problem = expected(error);
      const page = loginPage({ username: username ?? "", error: problem.message });
      return show(c, page, { deps, problem });
    }
    return c.redirect("/watchlist", 303);
  });

  app.get("/register", async (c) => {
    const identity = await signedInUser(c, deps);
    if (identity) return c.redirect("/watchlist", 303);
    return show(c, registerPage(passwordBounds), { deps });
  });

  app.post("/register", async (c) => {
    const form = await readForm(c);
    const input = registrationSchema.safeParse(form);
    if (!input.success) {
      const page = registerPage({
        ...passwordBounds,
        values: form,
        fieldErrors: fieldErrors(input.error),
      });
      return show(c, page, { deps, problem: new Problem("invalid_body") });
    }
    try {
      const { tokens } = accepted(await auth.register(input.data, callerOf(c, deps)));
      setSignInCookies(c, tokens, config);
    } catch (error) {
      const problem = expected(error);
      const faults = problem.code === "username_taken"
        ? { fieldErrors: { username: problem.message } }
        : { error: problem.message };
      return show(c, registerPage({ ...passwordBounds, values: form, ...faults }), {
        deps,
        problem,
      });
    }
    return c.redirect("/watchlist", 303);
  });
}

export async function errorPage(
  c: Context<Env>,
  { problem, deps }: { problem: Problem; deps: Deps },
) {
  const identity = await identify(c.req.raw, deps);
  const { status, message: text } = problem;
  const page = errors.errorPage({ status, text, isSignedIn: identity !== undefined });
  return show(c, page, { deps, identity, problem });
}

function fieldErrors(error: z.ZodError): NonNullable<RegisterProps["fieldErrors"]> {
  return Object.fromEntries(
    error.issues.map(({ path, message }) => [String(path[0]), message]).reverse(),
  );
}
