import assert from "node:assert/strict";
import { sources } from "../../lib/sources/sources.ts";
import { withExamples, withTable, writeCommand } from "./source_variables.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
const acme = {
  name: "acme",
  variables: [{ name: "ACME_API_KEY", meaning: "key of Acme, the provider with the longest name" }],
};

Deno.test("README and .env.example have the rows of the present sources", async () => {
  const [readme, example] = [await read("README.md"), await read(".env.example")];
  const isCurrent = withTable(readme, sources) === readme &&
    withExamples(example, sources) === example;
  assert.ok(isCurrent, `The variables of a source have changed. Write the rows: ${writeCommand}`);
});

Deno.test("a new source gets its rows, and nothing else changes", async () => {
  const [readme, example] = [await read("README.md"), await read(".env.example")];
  const all = [...sources, acme];
  const written = withTable(readme, all);
  assert.match(written, /^\| `ACME_API_KEY` +\| acme +\| key of Acme,.* \|$/m);
  assert.equal(withTable(written, sources), readme);
  assert.match(withExamples(example, all), /# acme: key of Acme.*\n# ACME_API_KEY=\n$/);
  assert.equal(withExamples(withExamples(example, all), sources), example);
});

Deno.test("a document without a place for the rows is an error", () => {
  assert.throws(() => withTable("# Other\n", []), /There is no line/);
  assert.throws(() => withExamples("", []), /There is no line/);
});
