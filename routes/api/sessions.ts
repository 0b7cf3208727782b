// Owns the API of the user's sessions, under /api/sessions.

import { createRoute, z } from "@hono/zod-openapi";
import { describeSession } from "../../lib/auth/account_export.ts";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import { audit } from "../middleware/audit.ts";
import { clearSignInCookies } from "../middleware/session.ts";
import { createApi, json, refusal, signedIn } from "./api.ts";

export const sessionFields = z.object({
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().openapi({ description: "When its tokens were last renewed" }),
  userAgent: z.string().nullable(),
  current: z.boolean().openapi({ description: "The session of this request" }),
});

const session = z.object({ id: z.string() }).extend(sessionFields.shape).openapi("Session");

const tags = ["Account"];
const refused = refusal("invalid_token");

const list = {
  method: "get",
  path: "/",
  tags,
  summary: "Where the user is signed in, the last used session first",
  responses: { 200: json(z.array(session), "The open sessions, at most 100"), 401: refused },
} as const;

const endAll = {
  method: "delete",
  path: "/",
  tags,
  summary: "Sign out everywhere, here too",
  responses: { 204: { description: "All sessions ended" }, 401: refused },
} as const;

const end = {
  method: "delete",
  path: "/{id}",
  tags,
  summary: "End one session: its tokens are refused and its sockets close",
  request: { params: z.object({ id: z.string().toLowerCase() }) },
  responses: {
    204: { description: "Ended" },
    401: refused,
    404: refusal("unknown_session"),
  },
} as const;

export function sessionsApi(deps: Pick<Deps, "auth" | "config" | "log">) {
  const { auth, config } = deps;
  const guard = signedIn(deps);
  const api = createApi();

  api.openapi(createRoute({ ...list, ...guard }), async (c) => {
    const { identity } = c.var;
    const sessions = await auth.sessionsOf(identity.userId);
    return c.json(
      sessions.map((each) => ({ id: each.id, ...describeSession(each, identity) })),
      200,
    );
  });

  api.openapi(createRoute({ ...endAll, ...guard }), async (c) => {
    await auth.endAllSessions(c.var.identity.userId);
    audit(c, deps, { event: "sign_out_everywhere" });
    clearSignInCookies(c, config);
    return c.body(null, 204);
  });

  api.openapi(createRoute({ ...end, ...guard }), async (c) => {
    const { userId, sessionId } = c.var.identity;
    const { id } = c.req.valid("param");
    if (!await auth.endSession(userId, id)) throw new Problem("unknown_session");
    audit(c, deps, { event: "session_ended" });
    if (id === sessionId) clearSignInCookies(c, config);
    return c.body(null, 204);
  });

  return api;
}
