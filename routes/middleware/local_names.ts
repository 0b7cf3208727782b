// Owns which Host names a development server takes. Its demo users have public passwords, so no other site may reach it by DNS rebinding.

import { createMiddleware } from "hono/factory";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import type { Env } from "../env.ts";

const loopbackName = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/;

export type LocalNamesConfig = Pick<Deps["config"], "allowedOrigins" | "host" | "production">;

/**
 * Outside production, on a loopback HOST: refuses each request whose Host is another name. An attacker's page cannot
 * choose Host: it is the name that the browser looked up.
 */
export function refuseForeignNames({ allowedOrigins, host, production }: LocalNamesConfig) {
  const isLocalOnly = !production && isLoopback(host.includes(":") ? `[${host}]` : host);
  const allowedNames = new Set(allowedOrigins.map((origin) => new URL(origin).hostname));
  return createMiddleware<Env>(async function refuseForeignNames(c, next) {
    if (isLocalOnly) {
      const name = URL.parse(c.req.url)?.hostname ?? "";
      if (!isLoopback(name) && !allowedNames.has(name)) throw new Problem("unknown_host");
    }
    await next();
  });
}

function isLoopback(name: string): boolean {
  return loopbackName.test(name);
}
