import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { loadConfig } from "../config.ts";
import { StartupError } from "../errors.ts";
import { createLog } from "../log.ts";
import { paidLimits } from "./source.ts";
import { sources } from "./sources.ts";

const env = {
  text: () => "key",
  url: () => new URL("http://127.0.0.1:9/"),
  optionalText: () => undefined,
};

Deno.test("every source has a name of its own, a batch size and a notice", () => {
  const names = sources.map(({ name }) => name);
  assert.deepEqual([names[0], new Set(names).size], ["simulated", names.length]);
  for (const definition of sources) {
    const deps = { clock: createClock(), log: createLog("silent"), tickers: [] };
    const source = definition.configure(env)(deps);
    assert.equal(source.name, definition.name);
    assert.ok(source.batchSize >= 1 && source.notice.endsWith("."));
  }
});

Deno.test("every source has limits unless its calls cost nothing; without a free plan it has a day's", () => {
  const deps = { clock: createClock(), log: createLog("silent"), tickers: [] };
  const made = sources.map((definition) => definition.configure(env)(deps));
  const unlimited = made.filter(({ limits }) => limits.length === 0);
  assert.deepEqual(unlimited.map(({ name }) => name), ["simulated"]);
  const paid = made.filter(({ limits }) => limits === paidLimits);
  assert.deepEqual(paid.map(({ name }) => name), ["albert", "massive", "yahoo"]);
});

Deno.test("a source reads no variable that it does not declare", () => {
  for (const { configure, variables } of sources) {
    const read: string[] = [];
    const note = (name: string) => (read.push(name), "x");
    configure({ text: note, optionalText: note, url: (name) => (note(name), env.url()) });
    assert.deepEqual(read.sort(), variables.map(({ name }) => name).sort());
  }
});

Deno.test("a missing key and a malformed address are reported in a sentence each", () => {
  const keyed = sources.filter(({ variables }) => variables.some(({ name }) => /_KEY/.test(name)));
  assert.ok(keyed.length > 0);
  for (const { name, variables } of keyed) {
    const keys = variables.filter(({ name }) => /_KEY/.test(name)).map(({ name }) => name);
    const addresses = variables.map(({ name }) => name).filter((name) => /_URL$/.test(name));
    const values: Record<string, string> = { QUOTE_SOURCE: name };
    for (const address of addresses) values[address] = "nowhere";
    const expected = [
      ...keys.map((key) => `${key} is required by the chosen QUOTE_SOURCE.`),
      ...addresses.map((address) => `${address} must be an http or https address.`),
    ];
    assert.throws(() => loadConfig({ sources, read: (variable) => values[variable] }), (error) => {
      assert.ok(error instanceof StartupError);
      return assert.deepEqual(error.message.split("\n").sort(), expected.sort()) === undefined;
    });
  }
});
