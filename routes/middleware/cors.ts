// Owns which other web origins may call, and what of an answer they may read.

import { cors } from "hono/cors";

/** Other origins call with a Bearer token; our cookies are never sent across sites. */
export const corsPaths = ["/api/*", "/login", "/events", "/.well-known/*"];

export function corsFor(allowedOrigins: readonly string[]) {
  return cors({
    origin: [...allowedOrigins],
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "If-Match"],
    exposeHeaders: ["Content-Disposition", "ETag", "Location", "Retry-After"],
    maxAge: 600,
  });
}
