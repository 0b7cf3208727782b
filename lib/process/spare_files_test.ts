import assert from "node:assert/strict";
import { createSpareFiles } from "./spare_files.ts";

Deno.test("descriptors are held, released, and held again", () => {
  const files = createSpareFiles();
  assert.equal(files.hold(), true);
  assert.equal(files.hold(), true);
  files.release();
  assert.equal(files.hold(), true);
  files.release();
});

Deno.test("a file that is not there does not keep the service from listening", () => {
  assert.equal(createSpareFiles("/nothing/here").hold(), true);
});
