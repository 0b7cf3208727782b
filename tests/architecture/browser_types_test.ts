import assert from "node:assert/strict";
import { join } from "node:path";
import { faultsInBrowser } from "./browser_types.ts";

Deno.test("a file that uses Deno's API does not pass as a browser's, one that uses the DOM's does", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(root, "deno.json"), "{}");
    await Deno.writeTextFile(join(root, "dom.ts"), "document.title = location.href;");
    await Deno.writeTextFile(join(root, "deno.ts"), "Deno.exit();");
    assert.equal(await faultsInBrowser(root, ["dom.ts"]), "");
    assert.match(await faultsInBrowser(root, ["dom.ts", "deno.ts"]), /Cannot find name 'Deno'/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
