import assert from "node:assert/strict";
import { Problem } from "../../lib/errors.ts";
import { positionIn } from "./form_fields.ts";

Deno.test("a position is a whole number from 0 to the bound", () => {
  for (const [text, position] of [["0", 0], ["7", 7], ["07", 7], ["50", 50]] as const) {
    assert.equal(positionIn(text, 50), position);
  }
});

Deno.test("a field that is missing, empty or not a position is refused", () => {
  for (const text of [undefined, "", " ", "-1", "1.5", "1e1", "51", "99999", "٣"]) {
    assert.throws(() => positionIn(text, 50), new Problem("bad_request"), text);
  }
});
