// Checks docs/security.md: each test that it names exists.

import assert from "node:assert/strict";

/** The names of these tests are built from a table of cases. */
const generated = new Set(["a state change from another site is refused"]);

Deno.test("each test that docs/security.md names exists", async () => {
  const missing: string[] = [];
  let named = 0;
  for (const line of (await Deno.readTextFile("docs/security.md")).split("\n")) {
    const shownBy = line.split(" | ").at(-1)?.replace(/ *\|$/, "") ?? "";
    let text = "";
    for (const item of shownBy.split(/\. Open: /)[0]!.split("; ")) {
      // A name may contain a semicolon, so its parts are searched separately.
      const [, path, name = item] = /^(?:partly: )?`([^`]+)`: (.*)$/.exec(item.trim()) ?? [];
      if (path) text = await Deno.readTextFile(path);
      if (text === "") continue;
      named++;
      if (!text.includes(name.trim()) && !generated.has(name.trim())) {
        missing.push(name);
      }
    }
  }
  assert.deepEqual(missing, []);
  assert.ok(named > 50, String(named));
});
