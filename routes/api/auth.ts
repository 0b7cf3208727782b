// Owns the API routes of sign-in. Forms of the pages share the schemas and the translation of outcomes.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type {
  ChangePasswordOutcome,
  ProvenOutcome,
  RegisterOutcome,
  ResetOutcome,
  SignInOutcome,
} from "../../lib/auth/auth.ts";
import { passwordFaultTexts } from "../../lib/auth/passwords/rules.ts";
import { passwordTextMax, registrationSchema } from "../../lib/auth/registration.ts";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import type { User } from "../../lib/store/store.ts";
import { clearSignInCookies, refreshCookie, setSignInCookies } from "../middleware/cookies.ts";
import { callerOf, type Env, identify, keepPrivate, requireSignIn } from "../middleware/http.ts";
import * as schemas from "./schemas.ts";

export const credentials = z.object({
  username: z.string().max(200),
  password: z.string().max(passwordTextMax),
}).openapi("Credentials");

/** As sent: its rules are auth's, which refuses a weak one. */
export const newPassword = z.string().max(passwordTextMax);

const registration = registrationSchema.openapi("Registration");

export const userAnswer = z.object({
  id: z.string(),
  username: z.string(),
  email: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
}).openapi("User");

const tokensAnswer = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.number().int(),
}).openapi("Tokens");

const signInAnswer = tokensAnswer.extend({ user: userAnswer }).openapi("SignIn");

const registerRoute = createRoute({
  method: "post",
  path: "/api/auth/register",
  tags: ["Sign-in"],
  summary: "Create an account and sign in",
  request: { body: schemas.body(registration) },
  responses: {
    201: schemas.json(signInAnswer, "The account with its first tokens"),
    400: schemas.refusal("invalid_body"),
    409: schemas.refusal("username_taken"),
    429: schemas.refusal("rate_limited"),
    503: schemas.refusal("unavailable"),
  },
});

const loginRoute = createRoute({
  method: "post",
  path: "/api/auth/login",
  tags: ["Sign-in"],
  summary: "Sign in",
  request: { body: schemas.body(credentials) },
  responses: {
    200: schemas.json(signInAnswer, "Signed in; sets no cookie"),
    400: schemas.refusal("invalid_body"),
    401: schemas.refusal("invalid_credentials"),
    429: schemas.refusal("rate_limited"),
    503: schemas.refusal("unavailable"),
  },
});

const refreshRoute = createRoute({
  method: "post",
  path: "/api/auth/refresh",
  tags: ["Sign-in"],
  summary: "Rotate the refresh token, from the body or from the cookie",
  request: {
    body: {
      content: {
        "application/json": { schema: z.object({ refreshToken: z.string().max(500).optional() }) },
      },
    },
  },
  responses: {
    200: schemas.json(
      z.union([
        tokensAnswer,
        z.object({ expiresIn: z.number().int(), socketToken: z.string() }),
      ]),
      "By body: the new pair. By cookie: new cookies, and a 60-second token for /ws",
    ),
    401: schemas.refusal("invalid_token"),
  },
});

const logoutRoute = createRoute({
  method: "post",
  path: "/api/auth/logout",
  tags: ["Sign-in"],
  summary: "End the session: its tokens are refused and its sockets close",
  security: [{ bearer: [] }],
  responses: { 204: { description: "Signed out" }, 401: schemas.refusal("invalid_token") },
});

const meRoute = createRoute({
  method: "get",
  path: "/api/me",
  tags: ["Sign-in"],
  summary: "The signed-in user",
  security: [{ bearer: [] }],
  responses: {
    200: schemas.json(userAnswer, "The user"),
    401: schemas.refusal("invalid_token"),
  },
});

export function authRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const { auth, config } = deps;
  const signedIn = requireSignIn(deps);

  app.use("/api/auth/*", (c, next) => {
    keepPrivate(c);
    return next();
  });

  app.openapi(registerRoute, async (c) => {
    const outcome = accepted(await auth.register(c.req.valid("json"), callerOf(c, deps)));
    return c.json(signInAnswerOf(outcome), 201);
  });

  app.openapi(loginRoute, async (c) => {
    const outcome = accepted(await auth.signIn(c.req.valid("json"), callerOf(c, deps)));
    return c.json(signInAnswerOf(outcome), 200);
  });

  app.openapi(refreshRoute, async (c) => {
    const fromBody = c.req.valid("json")?.refreshToken;
    const token = fromBody ?? refreshCookie.read(c.req.raw, config);
    const outcome = token ? await auth.refresh(token) : undefined;
    if (outcome?.kind !== "ok") {
      if (!fromBody) clearSignInCookies(c, config);
      throw new Problem("invalid_token");
    }
    if (fromBody) return c.json({ ...outcome.tokens }, 200);
    setSignInCookies(c, outcome.tokens, config);
    const socketToken = await auth.socketToken(outcome.identity);
    return c.json({ expiresIn: outcome.tokens.expiresIn, socketToken }, 200);
  });

  app.openapi(logoutRoute, async (c) => {
    await signOut(c, deps);
    return c.body(null, 204);
  });

  app.openapi(createRoute({ ...meRoute, middleware: signedIn }), async (c) => {
    const user = await deps.store.user(c.var.identity.userId);
    if (!user) throw new Problem("invalid_token");
    return c.json(userAnswerOf(user), 200);
  });

  app.get("/.well-known/jwks.json", (c) => {
    c.header("Cache-Control", "public, max-age=300");
    return c.json(auth.jwks());
  });
}

/** Ends the session, of an expired access cookie too as long as the refresh cookie lives. */
export async function signOut(c: Context<Env>, { auth, config, ...deps }: Deps) {
  const identity = await identify(c.req.raw, { auth, config, ...deps });
  let sessionId = identity?.sessionId;
  const refreshToken = refreshCookie.read(c.req.raw, config);
  if (!sessionId && refreshToken && !c.req.header("authorization")) {
    const outcome = await auth.refresh(refreshToken);
    if (outcome.kind === "ok") sessionId = outcome.identity.sessionId;
  }
  clearSignInCookies(c, config);
  if (!sessionId) throw new Problem("invalid_token");
  await auth.signOut(sessionId);
}

/** The good outcome; every other one becomes the problem that the client is told. */
export function accepted<
  O extends
    | SignInOutcome
    | RegisterOutcome
    | ProvenOutcome
    | ChangePasswordOutcome
    | ResetOutcome,
>(outcome: O, { passwordField = "password" } = {}): Extract<O, { kind: "ok" }> {
  switch (outcome.kind) {
    case "ok":
      return outcome as Extract<O, { kind: "ok" }>;
    case "rate_limited":
      throw new Problem("rate_limited", {
        headers: { "Retry-After": String(Math.ceil(outcome.retryAfterMs / 1000)) },
      });
    case "busy":
      throw new Problem("unavailable");
    case "weak_password":
      throw new Problem("invalid_body", {
        field: passwordField,
        detail: passwordFaultTexts[outcome.fault],
      });
    default:
      throw new Problem(outcome.kind);
  }
}

function signInAnswerOf({ user, tokens }: Extract<SignInOutcome, { kind: "ok" }>) {
  return { user: userAnswerOf(user), ...tokens };
}

export function userAnswerOf({ id, username, email, firstName, lastName }: User) {
  return {
    id,
    username,
    email,
    firstName,
    lastName,
    first_name: firstName,
    last_name: lastName,
  };
}
