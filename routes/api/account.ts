// Owns the API routes of the account: its sessions, its password, its export, its end. The page is account_page.ts.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Identity, OpenSession } from "../../lib/auth/auth.ts";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import { accepted, newPassword, userAnswer, userAnswerOf } from "./auth.ts";
import { clearSignInCookies } from "../middleware/cookies.ts";
import { callerOf, type Env, requireSignIn } from "../middleware/http.ts";
import * as schemas from "./schemas.ts";

const tags = ["Account"];
const security = [{ bearer: [] }];
const signInRefusal = schemas.refusal("invalid_token");
const proofRefusals = {
  400: schemas.refusal("invalid_body"),
  401: schemas.refusal("invalid_token", "invalid_credentials"),
  429: schemas.refusal("rate_limited"),
  503: schemas.refusal("unavailable"),
};

/** As sent: a wrong one is told like any other wrong one, whatever its form. */
const presentPassword = z.string().max(1_000);

const sessionFields = z.object({
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().openapi({ description: "When its tokens were last renewed" }),
  userAgent: z.string().nullable(),
  current: z.boolean().openapi({ description: "The session of this request" }),
});

const sessionAnswer = z.object({ id: z.string() }).extend(sessionFields.shape).openapi("Session");

const exportAnswer = z.object({
  exportedAt: z.iso.datetime(),
  user: userAnswer.omit({ id: true, first_name: true, last_name: true })
    .extend({ createdAt: z.iso.datetime() }),
  watchlists: z.array(z.object({ name: z.string(), tickers: z.array(z.string()) })),
  sessions: z.array(sessionFields),
}).openapi("AccountExport");

const listRoute = createRoute({
  method: "get",
  path: "/api/sessions",
  tags,
  summary: "Where the user is signed in, the last used session first",
  security,
  responses: {
    200: schemas.json(z.array(sessionAnswer), "The open sessions, at most 100"),
    401: signInRefusal,
  },
});

const endAllRoute = createRoute({
  method: "delete",
  path: "/api/sessions",
  tags,
  summary: "Sign out everywhere, here too",
  security,
  responses: { 204: { description: "All sessions ended" }, 401: signInRefusal },
});

const endRoute = createRoute({
  method: "delete",
  path: "/api/sessions/{id}",
  tags,
  summary: "End one session: its tokens are refused and its sockets close",
  security,
  request: { params: z.object({ id: z.string().toLowerCase() }) },
  responses: {
    204: { description: "Ended" },
    401: signInRefusal,
    404: schemas.refusal("unknown_session"),
  },
});

const passwordRoute = createRoute({
  method: "post",
  path: "/api/account/password",
  tags,
  summary: "Change the password; all other sessions end",
  security,
  request: {
    body: schemas.body(
      z.object({ oldPassword: presentPassword, newPassword })
        .openapi("PasswordChange"),
    ),
  },
  responses: { 204: { description: "Changed" }, ...proofRefusals },
});

const exportRoute = createRoute({
  method: "get",
  path: "/api/account/export",
  tags,
  summary: "All that is kept about the user, as a download",
  security,
  responses: { 200: schemas.json(exportAnswer, "The export"), 401: signInRefusal },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/api/account",
  tags,
  summary: "Delete the account with its lists and sessions, for good",
  security,
  request: {
    body: schemas.body(z.object({ password: presentPassword }).openapi("PasswordProof")),
  },
  responses: { 204: { description: "Deleted" }, ...proofRefusals },
});

export function accountRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const { auth, config } = deps;
  const signedIn = requireSignIn(deps);

  app.openapi(createRoute({ ...listRoute, middleware: signedIn }), async (c) => {
    const { identity } = c.var;
    const sessions = await auth.sessionsOf(identity.userId);
    return c.json(sessions.map((each) => ({ id: each.id, ...sessionOf(each, identity) })), 200);
  });

  app.openapi(createRoute({ ...endAllRoute, middleware: signedIn }), async (c) => {
    await auth.endAllSessions(c.var.identity.userId);
    clearSignInCookies(c, config);
    return c.body(null, 204);
  });

  app.openapi(createRoute({ ...endRoute, middleware: signedIn }), async (c) => {
    const { userId, sessionId } = c.var.identity;
    const { id } = c.req.valid("param");
    if (!await auth.endSession(userId, id)) throw new Problem("unknown_session");
    if (id === sessionId) clearSignInCookies(c, config);
    return c.body(null, 204);
  });

  app.openapi(createRoute({ ...passwordRoute, middleware: signedIn }), async (c) => {
    await changePassword(c, { ...c.req.valid("json"), identity: c.var.identity, deps });
    return c.body(null, 204);
  });

  app.openapi(createRoute({ ...exportRoute, middleware: signedIn }), async (c) => {
    const { identity } = c.var;
    nameDownload(c, identity);
    return c.json(await exportOf(identity, deps), 200);
  });

  app.openapi(createRoute({ ...deleteRoute, middleware: signedIn }), async (c) => {
    await deleteAccount(c, { ...c.req.valid("json"), identity: c.var.identity, deps });
    return c.body(null, 204);
  });
}

export async function changePassword(
  c: Context<Env>,
  { identity, oldPassword, newPassword, deps }: {
    identity: Identity;
    oldPassword: string;
    newPassword: string;
    deps: Deps;
  },
) {
  const change = { identity, oldPassword, newPassword };
  proven(await deps.auth.changePassword(change, callerOf(c, deps)));
}

export async function deleteAccount(
  c: Context<Env>,
  { identity, password, deps }: { identity: Identity; password: string; deps: Deps },
) {
  proven(await deps.auth.deleteAccount({ identity, password }, callerOf(c, deps)));
  clearSignInCookies(c, deps.config);
}

/** Nothing secret: neither hashes nor tokens, nor the ids by which sessions are ended. */
export async function exportOf(identity: Identity, { auth, store, clock }: Deps) {
  const { userId } = identity;
  const user = await store.user(userId);
  if (!user) throw new Problem("invalid_token");
  const { username, email, firstName, lastName } = userAnswerOf(user);
  const [lists, sessions] = await Promise.all([store.lists(userId), auth.sessionsOf(userId)]);
  return {
    exportedAt: isoTime(clock.now()),
    user: { username, email, firstName, lastName, createdAt: isoTime(user.createdAt) },
    watchlists: lists.map(({ name, tickers }) => ({ name, tickers: [...tickers] })),
    sessions: sessions.map((session) => sessionOf(session, identity)),
  };
}

export function nameDownload(c: Context, { username }: Identity) {
  // A username has no character that would need quoting.
  c.header("Content-Disposition", `attachment; filename="quoteboard-${username}.json"`);
}

function proven(outcome: Parameters<typeof accepted>[0]) {
  if (outcome.kind === "invalid_credentials") {
    throw new Problem("invalid_credentials", { detail: "The present password is wrong." });
  }
  accepted(outcome, { passwordField: "newPassword" });
}

function sessionOf({ id, createdAt, lastUsedAt, userAgent }: OpenSession, present: Identity) {
  return {
    createdAt: isoTime(createdAt),
    lastUsedAt: isoTime(lastUsedAt),
    userAgent,
    current: id === present.sessionId,
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
