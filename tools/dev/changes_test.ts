import assert from "node:assert/strict";
import { isSourceName, watchSources } from "./changes.ts";

Deno.test("tests and the temporary files of editors are not sources", () => {
  for (const name of ["lib/quote.ts", "islands/List.tsx", "static/css/base.css", "deno.json"]) {
    assert.ok(isSourceName(name), name);
  }
  for (
    const name of [
      "lib/quote_test.ts",
      "routes/pages_test.tsx",
      "lib/.quote.ts.swp",
      "lib/#quote.ts#",
      "lib/quote.ts.tmp",
      "lib/quote.ts~",
      "lib/4913",
    ]
  ) assert.ok(!isSourceName(name), name);
});

Deno.test("changed sources are reported, and nothing else; close ends the wait", async () => {
  const root = await Deno.makeTempDir();
  for (const name of ["islands", "lib", "routes", "static", "workers"]) {
    await Deno.mkdir(`${root}/${name}`);
  }
  const changes = watchSources(root);
  await Deno.writeTextFile(`${root}/README.md`, "not watched");
  await Deno.writeTextFile(`${root}/lib/a_test.ts`, "not watched");
  await Deno.writeTextFile(`${root}/lib/a.ts`, "1");
  await Deno.writeTextFile(`${root}/main.ts`, "1");
  const seen = new Set<string>();
  while (seen.size < 2) for (const path of await changes.next()) seen.add(path);
  assert.deepEqual([...seen].sort(), [`${root}/lib/a.ts`, `${root}/main.ts`]);

  const waiting = changes.next();
  changes.close();
  assert.deepEqual(await waiting, []);
  await Deno.remove(root, { recursive: true });
});
