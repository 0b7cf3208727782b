import assert from "node:assert/strict";
import { idlePrefixes } from "./prefixes.ts";
import { treeWith } from "./tree_fixtures.ts";

Deno.test("a file's prefix does not repeat the name of its folder, nor its singular", () => {
  assert.deepEqual(
    idlePrefixes(treeWith("lib/store/store_order.ts", "islands/lists/list_bar.ts")),
    [
      "lib/store/store_order.ts repeats the name of its folder",
      "islands/lists/list_bar.ts repeats the name of its folder",
    ],
  );
});

Deno.test("the room's interface has its name, twins put it last, and longer words are others", () => {
  const paths = ["lib/store/store.ts", "lib/store/kv_store.ts", "lib/store/storeroom_key.ts"];
  assert.deepEqual(idlePrefixes(treeWith(...paths)), []);
});

Deno.test("three siblings with one prefix are a folder, two are not", () => {
  const two = ["lib/bus/redis_bus.ts", "lib/bus/redis_keys.ts"];
  assert.deepEqual(idlePrefixes(treeWith(...two)), []);
  assert.deepEqual(idlePrefixes(treeWith(...two, "lib/bus/redis_wire.ts")), [
    "3 files begin with lib/bus/redis_: make a folder of them",
  ]);
});

Deno.test("files of other folders, other words, tests, fixtures and contracts are not siblings", () => {
  const paths = [
    "lib/bus/redis_bus.ts",
    "lib/bus/redis_keys.ts",
    "lib/bus/redis_bus_test.ts",
    "lib/bus/redis_fixtures.ts",
    "lib/bus/redis_contract.ts",
    "lib/bus/redistribute_all.ts",
    "lib/bus/redis.ts",
    "lib/store/redis_client.ts",
  ];
  assert.deepEqual(idlePrefixes(treeWith(...paths)), []);
});

Deno.test("a few names say what is done, and may repeat the folder's", () => {
  const paths = ["lib/hub/hub_ports.ts", "lib/lists/list_changes.ts", "lib/lists/list_import.ts"];
  assert.deepEqual(idlePrefixes(treeWith(...paths)), []);
  assert.equal(idlePrefixes(treeWith("lib/lists/list_order.ts")).length, 1);
});
