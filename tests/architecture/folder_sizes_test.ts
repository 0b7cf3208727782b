import assert from "node:assert/strict";
import { overfullFolders } from "./folder_sizes.ts";
import { treeWith } from "./tree_fixtures.ts";

function files(count: number, name: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => name(index));
}

Deno.test("a folder holds 15 entries, and not one more", () => {
  const full = files(15, (index) => `lib/hub/f${index}.ts`);
  assert.deepEqual(overfullFolders(treeWith(...full)), []);
  assert.deepEqual(overfullFolders(treeWith(...full, "lib/hub/more.css")), [
    "lib/hub/ has 16 entries, at most 15",
  ]);
});

Deno.test("a sub-folder counts as one, whatever it holds", () => {
  const full = files(14, (index) => `lib/hub/f${index}.ts`);
  const below = files(10, (index) => `lib/hub/socket/f${index}.ts`);
  assert.deepEqual(overfullFolders(treeWith(...full, ...below)), []);
  assert.deepEqual(overfullFolders(treeWith(...full, ...below, "lib/hub/fanout/f.ts")), [
    "lib/hub/ has 16 entries, at most 15",
  ]);
});

Deno.test("tests, fixtures, contracts and folders of nothing else do not count", () => {
  const full = files(15, (index) => `lib/bus/f${index}.ts`);
  const others = [
    ...files(20, (index) => `lib/bus/f${index}_test.ts`),
    "lib/bus/bus_fixtures.ts",
    "lib/bus/bus_contract.ts",
    ...files(20, (index) => `lib/bus/contract/f${index}.ts`),
    ...files(20, (index) => `tests/f${index}.ts`),
  ];
  assert.deepEqual(overfullFolders(treeWith(...full, ...others)), []);
});

Deno.test("lib itself holds 25 entries, tools 20", () => {
  const full = [
    ...files(25, (index) => `lib/f${index}.ts`),
    ...files(20, (index) => `tools/f${index}.ts`),
  ];
  assert.deepEqual(overfullFolders(treeWith(...full)), []);
  assert.deepEqual(overfullFolders(treeWith(...full, "lib/hub/hub.ts", "tools/users/a.ts")), [
    "lib/ has 26 entries, at most 25",
    "tools/ has 21 entries, at most 20",
  ]);
});
