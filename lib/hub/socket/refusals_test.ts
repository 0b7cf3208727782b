import assert from "node:assert/strict";
import { unknownLists, unknownTickers } from "./refusals.ts";

Deno.test("an error names what is unknown", () => {
  assert.deepEqual(unknownLists(["one", "two"]), {
    type: "error",
    code: "unknown_list",
    message: "Not among your lists: one, two.",
  });
});

Deno.test("the text of an error is bounded, whatever the client sent", () => {
  const { message } = unknownTickers(
    Array.from({ length: 25 }, (_, i) => `${i}${"x".repeat(100)}`),
  );
  assert.match(message, /^Not known: 0x{39}, 1x{39}, .* and 15 more\.$/);
});
