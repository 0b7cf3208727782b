// Reads arbitrary files of brokers, and checks that exactly the tickers of the symbols' column are added.

import assert from "node:assert/strict";
import fc from "fast-check";
import { resolverOf } from "../../lib/interchange/interchange_fixtures.ts";
import { readList, textOfFile } from "../../lib/interchange/read_list.ts";
import { brokerFile, heldTickers, wordTickers } from "./broker_files.ts";

const resolve = resolverOf([...heldTickers, ...wordTickers]);

Deno.test("whatever stands around the symbols of a broker's file, exactly the symbols are added", () => {
  fc.assert(
    fc.property(brokerFile, ({ bytes, text, tickers }) => {
      const read = readList(textOfFile(bytes), { resolve });
      assert.deepEqual(read.tickers, tickers, text);
    }),
    { numRuns: 3_000 },
  );
});
