import assert from "node:assert/strict";
import fc from "fast-check";
import { parseServerMessage } from "./parse_message.ts";

Deno.test("a known message is returned unchanged", () => {
  const message = { type: "bye", retryAfterMs: 5 };
  assert.deepEqual(parseServerMessage(JSON.stringify(message)), message);
});

Deno.test("an unknown type is ignored", () => {
  assert.equal(parseServerMessage(`{"type":"later"}`), undefined);
  assert.equal(parseServerMessage(`{"type":"toString"}`), undefined);
});

Deno.test("a tick without its quotes is ignored", () => {
  assert.equal(parseServerMessage(`{"type":"tick","quotes":{}}`), undefined);
});

Deno.test("no frame makes the parser throw", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), (data) => {
    parseServerMessage(data);
  }));
});
