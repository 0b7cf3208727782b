// Owns the security headers of every HTTP answer, except that to a WebSocket upgrade.

import type { MiddlewareHandler } from "hono";
import { NONCE, secureHeaders } from "hono/secure-headers";
import type { Deps } from "../../lib/deps.ts";

/** Each directive names what it stops. */
const pagePolicy = {
  // Whatever is not named below is loaded from nowhere.
  defaultSrc: ["'none'"],
  // Injected markup cannot run: only scripts with this answer's nonce do, and what they import.
  scriptSrc: [NONCE, "'strict-dynamic'"],
  // Injected styles cannot read the page out.
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  // A stolen price list or token has nowhere to be sent. 'self' covers our WebSocket too.
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  // An injected form cannot carry a password elsewhere.
  formAction: ["'self'"],
  // An injected <base> cannot bend our links.
  baseUri: ["'none'"],
  // Nobody frames the page to steal clicks.
  frameAncestors: ["'none'"],
};

export function securityHeaders({ config }: Pick<Deps, "config">) {
  return secureHeaders({
    contentSecurityPolicy: pagePolicy,
    // "no-referrer" would make browsers send `Origin: null` with our own forms.
    referrerPolicy: "same-origin",
    strictTransportSecurity: config.tls || config.production ? "max-age=31536000" : false,
    xFrameOptions: "DENY",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
    // The API's documentation brings a policy of its own.
    overwrite: false,
  });
}

/** Leaves the answer to a WebSocket upgrade as it was made: only a refusal gets the headers. */
export function onRefusal(headers: MiddlewareHandler): MiddlewareHandler {
  return async function onRefusal(c, next) {
    await next();
    if (c.error) await headers(c, async () => {});
  };
}

/** Swagger UI sets styles on its elements. */
export function docsPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
