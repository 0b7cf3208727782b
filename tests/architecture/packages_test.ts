import assert from "node:assert/strict";
import { importsIn } from "./imports.ts";
import { forbiddenPackages, packageUsers } from "./packages.ts";
import { rooms } from "./rules.ts";
import { treeOf } from "./tree_fixtures.ts";

function faultsOf(path: string, ...specifiers: readonly string[]): string[] {
  const code = specifiers.map((specifier) => `import "${specifier}";\n`).join("");
  return forbiddenPackages(importsIn(treeOf({ [path]: code })), { users: packageUsers, rooms });
}

const forbidden = {
  "lists know nothing of HTTP": ["lib/lists/list_changes.ts", "hono"],
  "the hub knows nothing of HTTP": ["lib/hub/hub.ts", "hono/ws"],
  "islands do not use the server's packages": ["islands/Search.tsx", "zod"],
  "islands do not render on the server": ["islands/Search.tsx", "preact-render-to-string"],
  "protocol.ts does not use packages": ["lib/protocol.ts", "zod"],
  "routes do not speak to Postgres": ["routes/api/lists.ts", "postgres"],
  "a package without a line may not be imported": ["tools/build.ts", "left-pad"],
  "a longer name is another package": ["islands/Search.tsx", "preactivity"],
  "browsers do not have Node's modules": ["lib/quote.ts", "node:path"],
} satisfies Record<string, [path: string, specifier: string]>;

for (const [sentence, [path, specifier]] of Object.entries(forbidden)) {
  Deno.test(sentence, () => {
    assert.deepEqual(faultsOf(path, specifier), [`${path} may not import ${specifier}`]);
  });
}

Deno.test("packages, and parts of them, are for those who are named", () => {
  assert.deepEqual(faultsOf("islands/Search.tsx", "preact", "preact/hooks", "@preact/signals"), []);
  assert.deepEqual(faultsOf("lib/bus/redis/client.ts", "@upstash/redis/cloudflare"), []);
  assert.deepEqual(faultsOf("routes/api/auth.ts", "@hono/zod-openapi", "hono/cors"), []);
  assert.deepEqual(faultsOf("lib/render/bundle.ts", "node:path"), []);
});

Deno.test("files of the tree are not packages, and tests use any", () => {
  assert.deepEqual(faultsOf("islands/Search.tsx", "./zod.ts"), []);
  assert.deepEqual(faultsOf("islands/search_test.ts", "fast-check"), []);
});
