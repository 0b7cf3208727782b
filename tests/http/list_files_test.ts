// Import and export of lists as files over the HTTP API, against a real server process.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { call, type CallOptions, register } from "../support/api_client.ts";
import { startServer } from "../support/server.ts";

const formats = ["text", "csv", "tradingview"] as const;

Deno.test("lists are imported from files and exported to files", async (t) => {
  await using server = await startServer();
  const { url } = server;

  await t.step(
    "an import reports the result of each line, and changes the list once",
    async () => {
      const { id, lists } = await newList(url);
      await lists(`/${id}/items`, { json: { ticker: "KO" } });
      const text = "###Chips,NASDAQ:NVDA,NYSE:KO\nXETR:SAP,nosuch\n@GSPC,NVDA,NASDAQ:AMD";
      const { status, body, headers } = await lists(`/${id}/import`, { body: text });
      assert.equal(status, 200);
      assert.equal(headers.get("etag"), `"${id}:3"`);
      assert.deepEqual(body, {
        id,
        version: 3,
        tickers: ["KO", "NVDA", "AMD"],
        added: 2,
        leftOff: 0,
        report: [
          { line: 1, text: "NASDAQ:NVDA", ticker: "NVDA", outcome: "added" },
          { line: 1, text: "NYSE:KO", ticker: "KO", outcome: "present" },
          { line: 2, text: "XETR:SAP", ticker: null, outcome: "unknown_ticker" },
          { line: 2, text: "nosuch", ticker: null, outcome: "unknown_ticker" },
          { line: 3, text: "@GSPC", ticker: null, outcome: "invalid" },
          { line: 3, text: "NVDA", ticker: "NVDA", outcome: "present" },
          { line: 3, text: "NASDAQ:AMD", ticker: "AMD", outcome: "added" },
        ],
      });
    },
  );

  await t.step("importing the same file again changes nothing", async () => {
    const { id, lists } = await newList(url);
    const options = { body: "NVDA\nAMD\nnosuch" };
    const first = await lists(`/${id}/import`, options);
    const second = await lists(`/${id}/import`, options);
    assert.deepEqual([first.body.added, second.body.added], [2, 0]);
    assert.deepEqual(second.body.tickers, first.body.tickers);
    assert.equal(second.body.version, first.body.version);
    assert.deepEqual(
      second.body.report.map(({ outcome }: { outcome: string }) => outcome),
      ["present", "present", "unknown_ticker"],
    );
  });

  await t.step("a list takes the tickers that fit, and the report lists the rest", async () => {
    const { id, lists } = await newList(url);
    const tickers = await someTickers(url, 205);
    const { body } = await lists(`/${id}/import`, { body: tickers.slice(0, 199).join("\n") });
    assert.equal(body.tickers.length, 199);
    const more = await lists(`/${id}/import`, { body: tickers.toReversed().join() });
    assert.deepEqual([more.body.added, more.body.tickers.length], [1, 200]);
    assert.deepEqual(countOutcomes(more.body.report), { added: 1, list_full: 5, present: 199 });
  });

  await t.step("long reports are cut and counted, and large files are refused", async () => {
    const { id, lists } = await newList(url);
    const { body } = await lists(`/${id}/import`, { body: "nosuch ".repeat(600) });
    assert.deepEqual([body.report.length, body.leftOff], [500, 100]);
    const large = await lists(`/${id}/import`, { body: "KO\n".repeat(22_000) });
    assert.deepEqual([large.status, large.body.code], [413, "body_too_large"]);
    const odd = await lists(`/${id}/import?format=xls`, { body: "KO" });
    assert.deepEqual([odd.status, odd.body.code], [400, "invalid_query"]);
    assert.deepEqual((await lists()).body.at(-1).tickers, []);
  });

  await t.step("a spreadsheet's UTF-16 is read, and a picture is refused", async () => {
    const { id, lists } = await newList(url);
    const utf16 = Buffer.from("\uFEFFSymbol\tName\r\nHD\tHome Depot\r\n", "utf16le");
    const read = await lists(`/${id}/import`, { body: utf16 });
    assert.deepEqual([read.status, read.body.tickers], [200, ["HD"]]);
    const picture = Buffer.from("\u0089PNG\r\n\0\0 T KO", "latin1");
    const refused = await lists(`/${id}/import`, { body: picture });
    assert.deepEqual([refused.status, refused.body.code], [400, "bad_request"]);
    assert.deepEqual((await lists()).body.at(-1).tickers, ["HD"]);
  });

  await t.step("an exported file has its list's name and the right type", async () => {
    const { id, lists } = await newList(url, 'Café "x"/../');
    await lists(`/${id}/import`, { body: "NVDA SPY" });
    const expected = {
      text: ["text/plain; charset=utf-8", "Cafe -x.txt", "NVDA\nSPY\n"],
      tradingview: ["text/plain; charset=utf-8", "Cafe -x.txt", "NASDAQ:NVDA,AMEX:SPY"],
      csv: ["text/csv; charset=utf-8", "Cafe -x.csv", "Symbol,Current Price,"],
    };
    for (const format of formats) {
      const [type, name, begin] = expected[format];
      const { headers, body } = await lists(`/${id}/export?format=${format}`);
      assert.equal(headers.get("content-type"), type);
      const disposition = headers.get("content-disposition") ?? "";
      assert.ok(disposition.startsWith(`attachment; filename="${name}"`), disposition);
      assert.ok(body.startsWith(begin), body);
    }
    assert.equal((await lists(`/${id}/export`)).body, "NVDA\nSPY\n");
  });

  await t.step("any list can be exported and imported unchanged, in every format", async () => {
    const { id: from, lists } = await newList(url, "From");
    const known = await someTickers(url, 200);
    const subset = fc.shuffledSubarray(known, { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(subset, fc.constantFrom(...formats), async (tickers, format) => {
        for (const ticker of (await lists()).body[1].tickers) {
          await lists(`/${from}/items/${ticker}`, { method: "DELETE" });
        }
        await lists(`/${from}/import`, { body: tickers.join("\n") });
        const file = await lists(`/${from}/export?format=${format}`);
        const { id: to } = (await lists("", { json: { name: "To" } })).body;
        const { body } = await lists(`/${to}/import`, { body: file.body });
        assert.deepEqual([body.tickers, body.added], [tickers, tickers.length]);
        await lists(`/${to}`, { method: "DELETE" });
      }),
      { numRuns: 12 },
    );
  });
});

/** A second list of a new user, and calls below /api/watchlists as that user. */
async function newList(url: string, name = "Imported") {
  const { accessToken: token } = await register(url);
  const lists = (path = "", options: CallOptions = {}) =>
    call(`${url}/api/watchlists${path}`, { ...options, token });
  const { id } = (await lists("", { json: { name } })).body;
  return { id: String(id), lists };
}

async function someTickers(url: string, count: number): Promise<string[]> {
  const found = new Set<string>();
  for (const letter of "abcdefghijklmnopqrst") {
    const { body } = await call(`${url}/api/securities?query=${letter}&limit=50`);
    for (const { ticker } of body) found.add(ticker);
  }
  assert.ok(found.size >= count);
  return [...found].slice(0, count);
}

function countOutcomes(report: { outcome: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of report) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
