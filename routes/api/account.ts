// Owns the API of the account: its password, its export, its end, under /api/account.

import { createRoute, z } from "@hono/zod-openapi";
import { exportAccount, exportDisposition } from "../../lib/auth/account_export.ts";
import { passwordTextMax } from "../../lib/auth/registration.ts";
import type { Deps } from "../../lib/deps.ts";
import { audited } from "../middleware/audit.ts";
import { callerOf } from "../middleware/caller.ts";
import { clearSignInCookies } from "../middleware/session.ts";
import { proofOptions } from "../middleware/outcomes.ts";
import { body, createApi, json, refusal, signedIn } from "./api.ts";
import { sessionFields } from "./sessions.ts";
import { user } from "./user.ts";

const tags = ["Account"];
const proofRefusals = {
  400: refusal("invalid_body"),
  401: refusal("invalid_token", "invalid_credentials"),
  429: refusal("rate_limited"),
  503: refusal("unavailable"),
};

/** In any form: a present password that breaks today's rules is a wrong one at most. */
const passwordText = z.string().max(passwordTextMax);

const accountExport = z.object({
  exportedAt: z.iso.datetime(),
  user: user.omit({ id: true, first_name: true, last_name: true })
    .extend({ createdAt: z.iso.datetime() }),
  watchlists: z.array(z.object({ name: z.string(), tickers: z.array(z.string()) })),
  sessions: z.array(sessionFields),
}).openapi("AccountExport");

const changePassword = {
  method: "post",
  path: "/password",
  tags,
  summary: "Change the password; all other sessions end",
  request: {
    body: body(
      z.object({ oldPassword: passwordText, newPassword: passwordText }).openapi("PasswordChange"),
    ),
  },
  responses: { 204: { description: "Changed" }, ...proofRefusals },
} as const;

const download = {
  method: "get",
  path: "/export",
  tags,
  summary: "All that is kept about the user, as a download",
  responses: { 200: json(accountExport, "The export"), 401: refusal("invalid_token") },
} as const;

const remove = {
  method: "delete",
  path: "/",
  tags,
  summary: "Delete the account with its lists and sessions, for good",
  request: { body: body(z.object({ password: passwordText }).openapi("PasswordProof")) },
  responses: { 204: { description: "Deleted" }, ...proofRefusals },
} as const;

export function accountApi(deps: Deps) {
  const { auth, config } = deps;
  const guard = signedIn(deps);
  const api = createApi();

  api.openapi(createRoute({ ...changePassword, ...guard }), async (c) => {
    const change = { identity: c.var.identity, ...c.req.valid("json") };
    const outcome = await auth.changePassword(change, callerOf(c, deps));
    audited(c, deps, { event: "password_changed", outcome, ...proofOptions });
    return c.body(null, 204);
  });

  api.openapi(createRoute({ ...download, ...guard }), async (c) => {
    const { identity } = c.var;
    c.header("Content-Disposition", exportDisposition(identity));
    return c.json(await exportAccount(identity, deps), 200);
  });

  api.openapi(createRoute({ ...remove, ...guard }), async (c) => {
    const request = { identity: c.var.identity, ...c.req.valid("json") };
    const outcome = await auth.deleteAccount(request, callerOf(c, deps));
    audited(c, deps, { event: "account_deleted", outcome, ...proofOptions });
    clearSignInCookies(c, config);
    return c.body(null, 204);
  });

  return api;
}
