// Owns the sign-in of a request: the identity from its token or cookies, the guard of the API, and the cookies themselves.
// Pages have a guard of their own.

import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { parse } from "hono/utils/cookie";
import type { TokenPair } from "../../lib/auth/auth.ts";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import type { Identity } from "../../lib/identity.ts";
import { audit } from "./audit.ts";
import type { SignedInEnv } from "../env.ts";

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
export async function signOut(c: Context, deps: Pick<Deps, "auth" | "config" | "log">) {
  const { auth, config } = deps;
  const identity = await identify(c.req.raw, { auth, config });
  let [sessionId, userId] = [identity?.sessionId, identity?.userId];
  const refreshToken = refreshCookie.read(c.req.raw, config);
  if (!sessionId && refreshToken && !c.req.header("authorization")) {
    const outcome = await auth.refresh(refreshToken);
    if (outcome.kind === "ok") ({ sessionId, userId } = outcome.identity);
  }
  clearSignInCookies(c, config);
  if (!sessionId) throw new Problem("invalid_token");
  await auth.signOut(sessionId);
  audit(c, deps, { event: "sign_out", userId });
}

type CookieConfig = Pick<Deps["config"], "production" | "tls">;

const refreshMaxAgeS = 30 * 24 * 60 * 60;

export const accessCookie = cookie("qb_access");
export const refreshCookie = cookie("qb_refresh");

export function setSignInCookies(c: Context, tokens: TokenPair, config: CookieConfig) {
  accessCookie.write(c, tokens.accessToken, { config, maxAgeS: tokens.expiresIn });
  refreshCookie.write(c, tokens.refreshToken, { config, maxAgeS: refreshMaxAgeS });
}

export function clearSignInCookies(c: Context, config: CookieConfig) {
  accessCookie.clear(c, config);
  refreshCookie.clear(c, config);
}

function cookie(name: string) {
  // Lax, not Strict: a link from elsewhere must open the page signed in. Changes are guarded by origin.
  const attributes = { httpOnly: true, sameSite: "Lax", path: "/" } as const;

  function prefixed({ production, tls }: CookieConfig) {
    return production
      ? { prefix: "host", secure: true } as const
      : { secure: tls !== undefined } as const;
  }

  return {
    read(request: Request, config: CookieConfig): string | undefined {
      const fullName = config.production ? `__Host-${name}` : name;
      return parse(request.headers.get("cookie") ?? "", fullName)[fullName];
    },
    write(
      c: Context,
      value: string,
      { config, maxAgeS }: { config: CookieConfig; maxAgeS: number },
    ) {
      setCookie(c, name, value, { ...attributes, ...prefixed(config), maxAge: maxAgeS });
    },
    clear(c: Context, config: CookieConfig) {
      deleteCookie(c, name, { ...attributes, ...prefixed(config) });
    },
  };
}
