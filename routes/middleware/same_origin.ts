// Owns the guard against forged requests (CSRF) and the one rule of which web origins are ours.

import { createMiddleware } from "hono/factory";
import { Problem } from "../../lib/errors.ts";
import type { Env } from "../env.ts";
import { bearerToken } from "./session.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** An Origin header that names our own Host or an allowed origin. */
export function isAcceptedOrigin(request: Request, allowedOrigins: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || allowedOrigins.includes(origin)) return true;
  // The URL's host, not the header: HTTP/2 has no such header, and default ports and case do not matter.
  return hostOf(origin) !== undefined && hostOf(origin) === hostOf(request.url);
}

/**
 * Refuses state changes that another site's page sends with our cookies: by Sec-Fetch-Site, which a
 * page cannot forge, else by Origin. A Bearer token is never sent by itself, so it needs no guard.
 */
export function guardAgainstForgery({ allowedOrigins }: { allowedOrigins: readonly string[] }) {
  return createMiddleware<Env>(async function guardAgainstForgery(c, next) {
    if (!safeMethods.has(c.req.method) && !bearerToken(c.req.raw.headers)) {
      const site = c.req.header("sec-fetch-site");
      const sameSite = site === "same-origin" || site === "none";
      const origin = c.req.header("origin");
      const accepted = site === undefined
        ? isAcceptedOrigin(c.req.raw, allowedOrigins)
        : sameSite || (origin !== undefined && allowedOrigins.includes(origin));
      if (!accepted) throw new Problem("forbidden_origin");
    }
    await next();
  });
}

/** Undefined for what is no address, as a request's is whose Host header is none. */
function hostOf(address: string): string | undefined {
  return URL.parse(address)?.host;
}
