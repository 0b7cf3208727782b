import assert from "node:assert/strict";
import { membersOf, NumberText, parseDecimalJson } from "./decimal_json.ts";

Deno.test("numbers keep the text they were written in, at any depth", () => {
  const value = parseDecimalJson('{"a":122.10,"b":[1e400,{"c":0.30000000000000001}],"d":"1.5"}');
  assert.deepEqual(value, {
    a: new NumberText("122.10"),
    b: [new NumberText("1e400"), { c: new NumberText("0.30000000000000001") }],
    d: "1.5",
  });
});

Deno.test("text that is not JSON throws", () => {
  for (const text of ["", "<html>", '{"a":1']) {
    assert.throws(() => parseDecimalJson(text), SyntaxError);
  }
});

Deno.test("a bare NaN or Infinity is null, and the rest of the answer stays", () => {
  const json = String.raw`{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN, \"Infinity\"","NaN":1.50}`;
  assert.deepEqual(parseDecimalJson(json), {
    a: null,
    b: [null, null],
    c: 'NaN, "Infinity"',
    NaN: new NumberText("1.50"),
  });
  for (const text of ["{NaN:1}", "xNaN", "NaNx", '[NaN,"', '[NaN,"\\']) {
    assert.throws(() => parseDecimalJson(text), SyntaxError);
  }
  const hostile = '[NaN,"' + '\\"'.repeat(1_000_000);
  assert.throws(() => parseDecimalJson(hostile), SyntaxError);
});

Deno.test("only an object has members, whatever its keys are called", () => {
  for (const json of ["[1]", "null", "5", '"text"']) {
    assert.equal(membersOf(parseDecimalJson(json)), undefined);
  }
  const members = membersOf(parseDecimalJson('{"__proto__":1,"constructor":2}'));
  assert.deepEqual([...members?.keys() ?? []], ["__proto__", "constructor"]);
});
