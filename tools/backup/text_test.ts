import assert from "node:assert/strict";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import type { StoreRecord } from "../../lib/store/bulk.ts";
import {
  someList,
  someSession,
  someTickers,
  someUser,
  ticker,
} from "../../lib/store/contract/store_fixtures.ts";
import { backupText, lineLengthMax, noRecords, readBackup } from "./text.ts";
import { linesOf } from "../shared/lines.ts";

const text = fc.string({ unit: "grapheme" });
const record: fc.Arbitrary<StoreRecord> = fc.oneof(
  fc.record({ text, lists: fc.integer({ min: 1, max: 3 }) }).map(({ text, lists }) => ({
    kind: "user" as const,
    user: { ...someUser(), firstName: text, email: null },
    passwordHash: text,
    lists: Array.from({ length: lists }, () => ({ ...someList(someTickers(lists)), name: text })),
  })),
  fc.option(text).map((userAgent) => ({
    kind: "session" as const,
    session: someSession({ userAgent, previousTokens: [{ hash: "hash", rotatedAt: 5 }] }),
  })),
  fc.nat().map((at) => ({ kind: "revoked" as const, sessionId: uuidv7(), at })),
  fc.tuple(text, text).map(([name, value]) => ({ kind: "setting" as const, name, value })),
  fc.array(text).map((names) => ({
    kind: "catalog" as const,
    entries: names.map((name, at) => ({
      ticker: ticker("KO"),
      name,
      priceable: true,
      ...(at % 2 === 0 && {
        exchange: "NYSE",
        kind: "share" as const,
        currency: "USD",
        symbol: name,
        source: "fake",
      }),
    })),
  })),
);
const records = fc.array(record, { maxLength: 20 });

async function write(...batches: readonly StoreRecord[][]): Promise<string> {
  const options = { at: 1_000, counts: noRecords() };
  return (await Array.fromAsync(backupText(ReadableStream.from(batches), options))).join("");
}

async function read(text: string): Promise<StoreRecord[]> {
  const lines = linesOf(ReadableStream.from([text]), { lengthMax: lineLengthMax });
  return await Array.fromAsync(readBackup(lines, { name: "x.backup", counts: noRecords() }));
}

const refused = (text: string, message: RegExp) =>
  assert.rejects(read(text), { name: "StartupError", message });

Deno.test("records that were written are read back unchanged, in the same order", async () => {
  await fc.assert(fc.asyncProperty(records, records, async (one, other) => {
    assert.deepEqual(await read(await write(one, [], other)), [...one, ...other]);
  }));
});

Deno.test("a text that was cut at any place is refused", async () => {
  const drawn = fc.record({ records, share: fc.double({ min: 0, max: 1, noNaN: true }) });
  await fc.assert(fc.asyncProperty(drawn, async ({ records, share }) => {
    const whole = await write(records);
    // Only the last line end may be missing.
    const cut = whole.slice(0, Math.floor(share * (whole.length - 2)));
    await refused(cut, /^x\.backup is (?:no backup|cut off)|^Line \d+ of x\.backup is cut off/);
  }));
});

Deno.test("a text is refused if anything in it was changed, removed or inserted", async () => {
  const drawn = fc.record({ records, at: fc.nat(), length: fc.nat(3), put: fc.string() });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ records, at, length, put }) => {
      const whole = await write(records);
      const from = at % whole.lastIndexOf("{");
      const changed = whole.slice(0, from) + put + whole.slice(from + length);
      fc.pre(changed !== whole);
      await refused(changed, /./);
    }),
    { numRuns: 300 },
  );
});

Deno.test("lines in another order, repeated lines and lines of another backup are refused", async () => {
  const [one, two] = [1, 2].map((number): StoreRecord => {
    return { kind: "setting", name: `${number}`, value: "" };
  });
  const [header, first, second, end] = (await write([one!, two!])).split("\n");
  const damaged = /^x\.backup was changed or damaged/;
  await refused([header, second, first, end].join("\n"), damaged);
  await refused([header, first, first, end].join("\n"), damaged);
  await refused([header, first, end].join("\n"), damaged);
  await refused([header, first, second, end, first].join("\n"), /goes on after its last line/);
});

Deno.test("another kind of file, and a backup of a later version, are reported as such", async () => {
  await refused("", /is cut off/);
  await refused("username,password_hash\n", /^x\.backup is no backup of Quoteboard\.$/);
  await refused("{}", /no backup/);
  const later = (await write([])).replace('"version":1', '"version":2');
  await refused(later, /^x\.backup is of format 2; this version of Quoteboard reads format 1\.$/);
});

Deno.test("no error message quotes the text, which is secret", async () => {
  const whole = await write([{ kind: "setting", name: "jwt_keys", value: "hunter2" }]);
  for (const changed of [whole.replace("}", "!"), whole.replace("hunter2", "hunter3")]) {
    await assert.rejects(read(changed), (error: Error) => !/hunter/.test(error.message));
  }
});
