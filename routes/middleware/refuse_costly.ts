// Owns which requests are refused while memory is short: those that need much of it, or a password's hash.

import { createMiddleware } from "hono/factory";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import type { Env } from "../env.ts";

/** Each path may end in a slash. Sockets and event streams are refused where they enter, in live.ts. */
const costly: readonly { readonly methods: readonly string[]; readonly path: RegExp }[] = [
  // A hash takes 46 MiB.
  { methods: ["POST"], path: /^\/(api\/auth\/)?(login|register)\/?$/ },
  { methods: ["POST"], path: /^\/reset\/?$/ },
  { methods: ["POST"], path: /^\/api\/account\/password\/?$/ },
  { methods: ["POST"], path: /^\/account\/?$/ },
  { methods: ["DELETE"], path: /^\/api\/account\/?$/ },
  // A search, a file, a large document.
  { methods: ["GET", "HEAD"], path: /^\/api\/(securities|openapi\.json|docs)\/?$/ },
  { methods: ["GET", "HEAD"], path: /^\/(api\/)?account\/export\/?$/ },
  { methods: ["GET", "HEAD"], path: /^\/api\/watchlists\/[^/]+\/export\/?$/ },
  { methods: ["POST"], path: /^\/api\/watchlists\/[^/]+\/import\/?$/ },
];

/** The page's forms also import files, and its queries search and export. */
const watchlistPage = /^\/watchlist\/?$/;

export function isCostly(method: string, { pathname, search }: URL): boolean {
  if (watchlistPage.test(pathname)) return method === "POST" || /[?&](query|export)=/.test(search);
  return costly.some(({ methods, path }) => methods.includes(method) && path.test(pathname));
}

export function refuseCostly({ isShortOfMemory }: Pick<Deps, "isShortOfMemory">) {
  return createMiddleware<Env>(async function refuseCostly(c, next) {
    if (isShortOfMemory() && isCostly(c.req.method, new URL(c.req.url))) throw new Problem("busy");
    await next();
  });
}
