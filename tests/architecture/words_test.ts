import assert from "node:assert/strict";
import { treeOf } from "./tree_fixtures.ts";
import { phrasesIn } from "./words.ts";

function phrasesOf(sentence: string): string[] {
  return phrasesIn(treeOf({ "docs/a.md": sentence })).map((fault) =>
    fault.replace(/^docs\/a\.md:1: (.*) \(.*\)$/, "$1")
  );
}

const found = {
  "It is closed all the same.": "all the same",
  "It is closed all the same and counted.": "all the same",
  "It was another one by then.": "by then",
  "The source failed of late and rests.": "of late",
  "It connects anew.": "anew",
  "What it comes to is a sum.": "What it comes to",
  "It reads so many rows at once.": "so many",
  "Whoever leads counts them.": "Whoever",
  "Throws if the text is no ticker.": "is no",
  "A redis that was away comes back.": "redis that was away",
  "The client is told its fault.": "is told",
};

for (const [sentence, words] of Object.entries(found)) {
  Deno.test(`a phrase is found: ${sentence}`, () => assert.deepEqual(phrasesOf(sentence), [words]));
}

const plain = [
  "Rows have all the same length.",
  "There is no token, and no other is taken.",
  "The status is no longer believed.",
  "So many refused sockets hang on that none is let in.",
  "The reader is told to stop.",
  "The flag `--so-many of late` is code.",
  "It brings news of later ticks.",
];

for (const sentence of plain) {
  Deno.test(`plain words pass: ${sentence}`, () => assert.deepEqual(phrasesOf(sentence), []));
}

Deno.test("a phrase is reported with its file, its line and what to say instead", () => {
  const tree = treeOf({ "lib/a.ts": "// Owns a.\n\n/** Made anew. */\nexport const anew = 1;\n" });
  assert.deepEqual(phrasesIn(tree), ["lib/a.ts:3: anew (again)"]);
});

Deno.test("a phrase is found across the lines of a comment", () => {
  const tree = treeOf({
    "lib/a.ts": "// It asks so\n// many times.\n/**\n * It was gone by\n * then.\n */\n",
    "static/a.css": "/* Hidden of\n   late. */\n",
  });
  assert.deepEqual(phrasesIn(tree).map((fault) => fault.split(" (")[0]), [
    "lib/a.ts:1: so many",
    "lib/a.ts:4: by then",
    "static/a.css:1: of late",
  ]);
});

Deno.test("code and tests are not judged", () => {
  const tree = treeOf({ "lib/a.ts": `const text = "of late";`, "lib/a_test.ts": "// of late" });
  assert.deepEqual(phrasesIn(tree), []);
});
