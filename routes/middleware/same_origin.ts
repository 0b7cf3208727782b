// Owns the guard against forged requests (CSRF), and the rule that decides which web origins are accepted, at forms and at sockets.

import { createMiddleware } from "hono/factory";
import { Problem } from "../../lib/errors.ts";
import type { Log } from "../../lib/log.ts";
import type { Env } from "../env.ts";
import { bearerToken } from "./session.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * True for our own pages, allowed origins, and programs other than browsers. Sec-Fetch-Site decides, which a page cannot
 * forge; a browser that does not send it is judged by its Origin.
 */
export function isAcceptedSender(
  { headers, url }: Request,
  allowedOrigins: readonly string[],
): boolean {
  const origin = headers.get("origin");
  if (origin !== null && allowedOrigins.includes(origin)) return true;
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  // The URL's host, not the header: HTTP/2 has no such header, and default ports and case do not matter.
  return origin === null || (hostOf(origin) !== undefined && hostOf(origin) === hostOf(url));
}

/**
 * Refuses a change that another site's page sends with our cookies. A browser never adds a Bearer token by itself, so a
 * request with one and without cookies needs no guard.
 */
export function guardAgainstForgery(
  { allowedOrigins, warn }: { allowedOrigins: readonly string[]; warn: WarnOfRefusal },
) {
  return createMiddleware<Env>(async function guardAgainstForgery(c, next) {
    const { headers } = c.req.raw;
    const isGuarded = headers.has("cookie") || !bearerToken(headers);
    const isChange = !safeMethods.has(c.req.method);
    if (isChange && isGuarded && !isAcceptedSender(c.req.raw, allowedOrigins)) {
      warn(c.req.raw);
      throw new Problem("forbidden_origin");
    }
    await next();
  });
}

export type WarnOfRefusal = (request: Request) => void;

/** A hostile page chooses its Origin: after this number of pairs of names, the log gets no more of them. */
const pairsMax = 20;

/** Names in the log are cut to this number of characters, because the client chooses them. */
const nameLengthMax = 100;

/** Logs once for each pair of names why a browser was refused, because a proxy that changes Host has the same effect. */
export function createRefusalWarning(log: Pick<Log, "warn">): WarnOfRefusal {
  const logged = new Set<string>();
  return function warn({ headers, url }) {
    // With Sec-Fetch-Site the browser itself says that another site sent it.
    if (headers.has("sec-fetch-site")) return;
    const origin = headers.get("origin")?.slice(0, nameLengthMax) ?? "";
    const host = (hostOf(url) ?? "").slice(0, nameLengthMax);
    const pair = `${origin} ${host}`;
    if (logged.size >= pairsMax || logged.has(pair)) return;
    logged.add(pair);
    log.warn(
      { origin, host },
      "A browser's request was refused, because its Origin is not the Host that arrived here. If the origin is this " +
        "service's own address, the proxy must pass Host unchanged, or ALLOWED_ORIGINS must contain the origin",
    );
  };
}

/** Undefined if this is not a valid URL, which happens when the Host header is malformed. */
function hostOf(address: string): string | undefined {
  return URL.parse(address)?.host;
}
