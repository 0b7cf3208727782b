// Owns the guard against forged requests (CSRF), and the rule that decides which web origins are accepted.

import { createMiddleware } from "hono/factory";
import { Problem } from "../../lib/errors.ts";
import type { Env } from "../env.ts";
import { bearerToken } from "./session.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Accepts a request without an Origin header, from our own Host, or from an allowed origin. */
export function isAcceptedOrigin(request: Request, allowedOrigins: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || allowedOrigins.includes(origin)) return true;
  // The URL's host, not the header: HTTP/2 has no such header, and default ports and case do not matter.
  return hostOf(origin) !== undefined && hostOf(origin) === hostOf(request.url);
}

/**
 * Refuses a change that another site's page sends with our cookies. It looks at Sec-Fetch-Site, which
 * a page cannot forge, else at Origin. A browser never adds a Bearer token by itself, so a request
 * with one and without cookies needs no guard.
 */
export function guardAgainstForgery({ allowedOrigins }: { allowedOrigins: readonly string[] }) {
  return createMiddleware<Env>(async function guardAgainstForgery(c, next) {
    const { headers } = c.req.raw;
    const isGuarded = headers.has("cookie") || !bearerToken(headers);
    if (!safeMethods.has(c.req.method) && isGuarded) {
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

/** Undefined if this is not a valid URL, which happens when the Host header is malformed. */
function hostOf(address: string): string | undefined {
  return URL.parse(address)?.host;
}
