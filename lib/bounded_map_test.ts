import assert from "node:assert/strict";
import { BoundedMap } from "./bounded_map.ts";

Deno.test("past the bound the entry that was set longest ago is dropped", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.set("a", 3);
  map.set("c", 4);
  assert.deepEqual([...map.entries()], [["a", 3], ["c", 4]]);
  assert.deepEqual([map.size, map.get("b"), map.has("b"), map.get("a")], [2, undefined, false, 3]);
  assert.equal(map.delete("a"), true);
  assert.deepEqual([...map.entries()], [["c", 4]]);
});
