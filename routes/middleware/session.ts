// Owns the sign-in of a request: whom it speaks for, the guard of the API, and its end. Pages have a guard of their own.

import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import type { Identity } from "../../lib/identity.ts";
import type { SignedInEnv } from "../env.ts";
import { accessCookie, clearSignInCookies, refreshCookie } from "./cookies.ts";

/** The user of the Bearer token, else of the cookie; undefined if neither is valid. */
export function identify(
  request: Request,
  deps: {
    readonly auth: Pick<Deps["auth"], "verifyAccess">;
    readonly config: Pick<Deps["config"], "production" | "tls">;
  },
): Promise<Identity | undefined> {
  const token = bearerToken(request.headers) ?? accessCookie.read(request, deps.config);
  return token ? deps.auth.verifyAccess(token) : Promise.resolve(undefined);
}

export function bearerToken(headers: Headers): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}

/** The guard of an API route: without a sign-in the answer is 401. */
export function requireSignIn(deps: Pick<Deps, "auth" | "config">) {
  return createMiddleware<SignedInEnv>(async function requireSignIn(c, next) {
    const identity = await identify(c.req.raw, deps);
    if (!identity) throw new Problem("invalid_token");
    c.set("identity", identity);
    keepPrivate(c);
    await next();
  });
}

/** No cache keeps the answer. No proxy compresses it either: that would weaken the ETag that If-Match names. */
export function keepPrivate(c: Context) {
  c.header("Cache-Control", "no-store, no-transform");
}

/** Ends the session of the request. A live refresh cookie is enough where the access cookie has expired. */
export async function signOut(c: Context, { auth, config }: Pick<Deps, "auth" | "config">) {
  const identity = await identify(c.req.raw, { auth, config });
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
