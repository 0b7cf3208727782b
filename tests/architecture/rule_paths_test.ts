import assert from "node:assert/strict";
import { browserFiles, emptyPatterns } from "./rule_paths.ts";
import type { Room } from "./rules.ts";
import { treeWith } from "./tree_fixtures.ts";

const rooms: readonly Room[] = [
  { files: ["lib/{quote,protocol}.ts"], may: [], isForBrowsers: true },
  { files: ["islands/"], may: ["lib/quote.ts"], isForBrowsers: true },
  { files: ["lib/hub/"], may: ["lib/bus/*", "lib/quote.ts"] },
];
const paths = [
  "lib/quote.ts",
  "lib/protocol.ts",
  "islands/boot.ts",
  "lib/hub/hub.ts",
  "lib/bus/bus.ts",
];

Deno.test("a rule that names what is not there is found", () => {
  assert.deepEqual(emptyPatterns(treeWith(...paths), rooms), []);
  assert.deepEqual(emptyPatterns(treeWith("lib/quote.ts", "lib/bus/redis/keys.ts"), rooms), [
    "lib/protocol.ts",
    "islands/",
    "lib/hub/",
    "lib/bus/*",
  ]);
});

Deno.test("browsers run the files of the rooms that are for them, without tests and styles", () => {
  const tree = treeWith(
    ...paths,
    "islands/boot_test.ts",
    "islands/live/client.ts",
    "islands/a.css",
  );
  assert.deepEqual(browserFiles(tree, rooms), [
    "lib/quote.ts",
    "lib/protocol.ts",
    "islands/boot.ts",
    "islands/live/client.ts",
  ]);
});
