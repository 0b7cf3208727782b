import assert from "node:assert/strict";
import { createTestApp } from "../app_fixtures.ts";

Deno.test("each route of the document has a test that compares its answers with it", async () => {
  await using app = await createTestApp();
  const { status, json } = await app.request("/api/openapi.json");
  assert.equal(status, 200);
  assert.equal(json.openapi, "3.1.0");
  const tests = await testsIn(new URL(".", import.meta.url));
  const untested = Object.entries<object>(json.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
      .filter((route) => !tests.includes(`"${route}"`))
  );
  assert.deepEqual(untested, []);
});

Deno.test("the page of the API runs its own scripts alone, by the nonce of its policy", async () => {
  await using app = await createTestApp();
  const { status, headers, text } = await app.request("/api/docs");
  assert.equal(status, 200);
  assert.match(headers.get("content-type") ?? "", /^text\/html/);
  const [, nonce] = /script-src 'nonce-([^']+)'/.exec(
    headers.get("content-security-policy") ?? "",
  ) ?? [];
  assert.ok(nonce);
  const scripts = text.match(/<script [^>]*>/g) ?? [];
  assert.equal(scripts.length, 2);
  for (const script of scripts) assert.ok(script.includes(`nonce="${nonce}"`));
});

/** The text of all tests below a folder. */
async function testsIn(folder: URL): Promise<string> {
  const texts = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) texts.push(await testsIn(new URL(`${name}/`, folder)));
    if (name.endsWith("_test.ts")) texts.push(await Deno.readTextFile(new URL(name, folder)));
  }
  return texts.join("\n");
}
