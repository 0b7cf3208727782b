import assert from "node:assert/strict";
import fc from "fast-check";
import { linesOf } from "./lines.ts";

function read(chunks: readonly string[], lengthMax = 1_000) {
  return Array.fromAsync(linesOf(ReadableStream.from(chunks), { lengthMax }));
}

Deno.test("lines have the right numbers, wherever the text was cut into chunks", async () => {
  const chunks = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "\n", '"') }));
  await fc.assert(fc.asyncProperty(chunks, async (chunks) => {
    const text = chunks.join("");
    const expected = text.split("\n");
    if (expected.at(-1) === "") expected.pop();
    const lines = await read(chunks);
    assert.deepEqual(lines.map((line) => line.text), expected);
    assert.deepEqual(lines.map((line) => line.number), expected.map((_, index) => index + 1));
  }));
});

Deno.test("a line may end as on Windows, and the last line needs no line end", async () => {
  assert.deepEqual((await read(["a\r", "\nb\r\nc"])).map(({ text }) => text), ["a", "b", "c"]);
});

Deno.test("a line that is too long is left out, and the lines around it are read", async () => {
  const long = Array<string>(50).fill("x".repeat(100));
  const lines = await read(["a\n", ...long, "\nb\n", "y".repeat(1_001), "\n", ...long], 1_000);
  assert.deepEqual(lines, [
    { number: 1, text: "a" },
    { number: 2, text: undefined },
    { number: 3, text: "b" },
    { number: 4, text: undefined },
    { number: 5, text: undefined },
  ]);
});
