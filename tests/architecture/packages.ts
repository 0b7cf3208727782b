// Owns which files may import which package. A new package needs a line here.

import { isBuiltin } from "node:module";
import type { Imports } from "./imports.ts";
import { fits, roomOf } from "./patterns.ts";
import type { PathPattern, Room } from "./rules.ts";
import { isProduct } from "./tree.ts";

export const packageUsers: Readonly<Record<string, readonly PathPattern[]>> = {
  "@hono/zod-openapi": ["routes/"],
  "@preact/signals": ["islands/"],
  "@upstash/redis": ["lib/bus/"],
  "@zxcvbn-ts/language-common": ["lib/auth/"],
  "double-metaphone": ["lib/securities/"],
  "esbuild": ["lib/render/"],
  "hono": ["routes/"],
  "jose": ["lib/auth/"],
  "nyse-holidays": ["lib/market/"],
  "papaparse": ["lib/interchange/", "tools/"],
  "pino": ["lib/log.ts"],
  "postgres": ["lib/store/"],
  "preact": ["islands/", "lib/render/", "routes/pages/"],
  "preact-render-to-string": ["lib/render/"],
  "prom-client": ["lib/metrics.ts"],
  "rate-limiter-flexible": ["lib/auth/"],
  "redis": ["tools/redis_rest/"],
  "uuid": ["lib/{auth,lists,store}/", "bench/", "tools/", "main.ts"],
  "zod": ["lib/{auth,bus}/", "tools/"],
};

/** Each as "lib/a.ts may not import zod". Node's modules are for all but browsers. */
export function forbiddenPackages(
  imports: Imports,
  { users, rooms }: { users: typeof packageUsers; rooms: readonly Room[] },
): string[] {
  const isAllowed = (path: string, specifier: string) =>
    isBuiltin(specifier)
      ? !roomOf(path, rooms)?.isForBrowsers
      : users[nameOf(specifier)]?.some((pattern) => fits(path, pattern)) ?? false;

  return [...imports].filter(([path]) => isProduct(path)).flatMap(([path, list]) =>
    list.filter(({ specifier, target }) => target === undefined && !isAllowed(path, specifier))
      .map(({ specifier }) => `${path} may not import ${specifier}`)
  );
}

/** "preact/hooks" -> "preact", "@hono/zod-openapi/x" -> "@hono/zod-openapi". */
function nameOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
