import assert from "node:assert/strict";
import fc from "fast-check";
import { membersAStep, parseFlatJson } from "./flat_json.ts";

const clock = { sleep: () => Promise.resolve() };
const object = fc.dictionary(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), {
  minKeys: 1,
});

Deno.test("an object of texts is read as JSON.parse reads it, with blanks or without", async () => {
  await fc.assert(fc.asyncProperty(object, fc.nat(4), async (texts, indent) => {
    const json = JSON.stringify(texts, null, indent);
    const read = await parseFlatJson(json, clock);
    assert.deepEqual(new Map([...read].sort()), new Map(Object.entries(JSON.parse(json)).sort()));
  }));
});

Deno.test("a value that is not a text is null", async () => {
  const read = await parseFlatJson('{"A":1.5e3,"B":null, "C" : true ,"D":"d"}\n', clock);
  assert.deepEqual([...read], [["A", null], ["B", null], ["C", null], ["D", "d"]]);
});

Deno.test("a text that was cut, or is not an object of texts, is refused", async () => {
  const json = '{"A":"a\\"b","C":"d"}';
  const cut = Array.from(json, (_, length) => json.slice(0, length));
  const others = ["[]", "null", '{"A":{}}', '{"A":["a"]}', '{"A":"a",}', '{"A" "a"}', `${json}x`];
  for (const text of [...cut, ...others, '{"A":"\n"}', '{"\\x":"a"}', '{"A":"a"},"B":"b"}']) {
    await assert.rejects(parseFlatJson(text, clock), SyntaxError, text);
  }
});

Deno.test("a text without an end is refused without many tries", async () => {
  await assert.rejects(parseFlatJson(`{"${"a\\".repeat(500_000)}`, clock), SyntaxError);
  await assert.rejects(parseFlatJson(`{"A":"a"${" ".repeat(500_000)}`, clock), SyntaxError);
});

Deno.test("a large object is read in steps", async () => {
  let pauses = 0;
  const counted = { sleep: () => (pauses++, Promise.resolve()) };
  const texts = Object.fromEntries(Array.from({ length: 20_500 }, (_, at) => [`T${at}`, `n${at}`]));
  assert.equal((await parseFlatJson(JSON.stringify(texts), counted)).size, 20_500);
  assert.equal(pauses, Math.floor(20_500 / membersAStep));
});
