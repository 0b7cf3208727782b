// Owns which requests are refused while memory is short: those that need much of it, or a password's hash.

import type { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import type { Env } from "../env.ts";

/** Sockets and event streams are refused where they enter, in live.ts. HEAD is routed as GET. */
const costly: Readonly<Record<"GET" | "POST" | "DELETE", readonly string[]>> = {
  // A search, a file, a large document.
  GET: [
    ...["/api/securities", "/api/securities/nearest", "/api/openapi.json", "/api/docs"],
    ...["/api/account/export", "/account/export", "/api/watchlists/:id/export"],
  ],
  // A hash takes 46 MiB. The forms of the watchlist also import files.
  POST: [
    ...["/api/auth/login", "/api/auth/register", "/login", "/register", "/reset"],
    ...["/api/account/password", "/account", "/watchlist", "/api/watchlists/:id/import"],
  ],
  DELETE: ["/api/account"],
};

/** To be called before the routes are added. */
export function refuseCostly(
  app: Pick<Hono<Env>, "get" | "on">,
  { isShortOfMemory }: Pick<Deps, "isShortOfMemory">,
): void {
  const refuse = createMiddleware<Env>(async function refuse(_, next) {
    if (isShortOfMemory()) throw new Problem("busy");
    await next();
  });
  // The page of the list searches and exports by its query.
  app.get("/watchlist", (c, next) => {
    const { query, export: format } = c.req.query();
    return query === undefined && format === undefined ? next() : refuse(c, next);
  });
  for (const [method, paths] of Object.entries(costly)) app.on(method, [...paths], refuse);
}
