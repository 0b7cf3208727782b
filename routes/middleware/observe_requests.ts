// Owns the metric and the debug log line of each request. Neither holds a query, a header or a body.

import { createMiddleware } from "hono/factory";
import type { Deps } from "../../lib/deps.ts";
import type { Env } from "../env.ts";

const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export function observeRequests({ clock, log, metrics }: Pick<Deps, "clock" | "log" | "metrics">) {
  return createMiddleware<Env>(async function observeRequests(c, next) {
    const startedAt = clock.now();
    await next();
    const { path } = c.req;
    const { status } = c.res;
    // A client chooses its method's name: unbounded names would be unbounded series.
    const method = knownMethods.has(c.req.method) ? c.req.method : "other";
    metrics.requests.inc({ method, status: String(status) });
    log.debug({ method, path, status, ms: clock.now() - startedAt }, "Request");
  });
}
