// Owns the API of sign-in: registration, sign-in, refresh and sign-out, under /api/auth.

import { createRoute, z } from "@hono/zod-openapi";
import type { SignInOutcome } from "../../lib/auth/auth.ts";
import { passwordTextMax, registrationSchema } from "../../lib/auth/registration.ts";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import { callerOf } from "../middleware/caller.ts";
import { audited } from "../middleware/audit.ts";
import {
  clearSignInCookies,
  keepPrivate,
  refreshCookie,
  setSignInCookies,
  signOut,
} from "../middleware/session.ts";
import { body, createApi, json, refusal } from "./api.ts";
import { user, userOf } from "./user.ts";

const tags = ["Sign-in"];

const credentials = z.object({
  username: z.string().max(200),
  password: z.string().max(passwordTextMax),
}).openapi("Credentials");

const tokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.number().int(),
}).openapi("Tokens");

const signIn = tokens.extend({ user }).openapi("SignIn");

const registerRoute = createRoute({
  method: "post",
  path: "/register",
  tags,
  summary: "Create an account and sign in",
  request: { body: body(registrationSchema.openapi("Registration")) },
  responses: {
    201: json(signIn, "The account with its first tokens"),
    400: refusal("invalid_body"),
    403: refusal("registration_closed", "invalid_invite"),
    409: refusal("username_taken"),
    429: refusal("rate_limited"),
    503: refusal("unavailable"),
  },
});

const loginRoute = createRoute({
  method: "post",
  path: "/login",
  tags,
  summary: "Sign in",
  request: { body: body(credentials) },
  responses: {
    200: json(signIn, "Signed in; sets no cookie"),
    400: refusal("invalid_body"),
    401: refusal("invalid_credentials"),
    429: refusal("rate_limited"),
    503: refusal("unavailable"),
  },
});

const refreshRoute = createRoute({
  method: "post",
  path: "/refresh",
  tags,
  summary: "Rotate the refresh token, from the body or from the cookie",
  request: {
    body: {
      content: {
        "application/json": { schema: z.object({ refreshToken: z.string().max(500).optional() }) },
      },
    },
  },
  responses: {
    200: json(
      z.union([tokens, z.object({ expiresIn: z.number().int(), socketToken: z.string() })]),
      "By body: the new pair. By cookie: new cookies, and a 60-second token for /ws",
    ),
    400: refusal("invalid_body"),
    401: refusal("invalid_token"),
    503: refusal("unavailable"),
  },
});

const logoutRoute = createRoute({
  method: "post",
  path: "/logout",
  tags,
  summary: "End the session: its tokens are refused and its sockets close",
  security: [{ bearer: [] }],
  responses: { 204: { description: "Signed out" }, 401: refusal("invalid_token") },
});

export function authApi(deps: Deps) {
  const { auth, config } = deps;
  const api = createApi();

  api.use((c, next) => {
    keepPrivate(c);
    return next();
  });

  api.openapi(registerRoute, async (c) => {
    const input = c.req.valid("json");
    const outcome = await auth.register(input, callerOf(c, deps));
    const { username } = input;
    return c.json(signInOf(audited(c, deps, { event: "register", username, outcome })), 201);
  });

  api.openapi(loginRoute, async (c) => {
    const input = c.req.valid("json");
    const outcome = await auth.signIn(input, callerOf(c, deps));
    const { username } = input;
    return c.json(signInOf(audited(c, deps, { event: "sign_in", username, outcome })), 200);
  });

  api.openapi(refreshRoute, async (c) => {
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

  // Without a guard: a session is ended by its refresh cookie too, when the access cookie has expired.
  api.openapi(logoutRoute, async (c) => {
    await signOut(c, deps);
    return c.body(null, 204);
  });

  return api;
}

function signInOf({ user, tokens }: Extract<SignInOutcome, { kind: "ok" }>) {
  return { user: userOf(user), ...tokens };
}
