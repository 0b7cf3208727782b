import assert from "node:assert/strict";
import { testRoute } from "../route_fixtures.ts";
import {
  limitCase,
  sampleTickers,
  unknownListCases,
  versionCase,
  withList,
} from "./list_client_fixtures.ts";

const download = "GET /api/watchlists/{id}/export";
const upload = "POST /api/watchlists/{id}/import";
const text = { "content-type": "text/plain" };
const nvda = { body: "NVDA", headers: text };

testRoute("GET /api/watchlists/{id}/export", {
  cases: {
    async "200 is a file in each format, with the version as its tag"(app) {
      const { send, list } = await withList(app);
      const formats = [
        ["", "text/plain", ".txt", /^KO\nAAPL\nMSFT\n$/],
        ["?format=text", "text/plain", ".txt", /^KO\n/],
        ["?format=csv", "text/csv", ".csv", /^Symbol,/],
        ["?format=tradingview", "text/plain", ".txt", /NYSE:KO,NASDAQ:AAPL/],
      ] as const;
      for (const [query, type, ending, content] of formats) {
        const answer = await send(`${download}${query}`);
        assert.equal(answer.headers.get("content-type"), `${type}; charset=utf-8`);
        const disposition = answer.headers.get("content-disposition") ?? "";
        assert.match(disposition, /^attachment; filename="My watchlist/);
        assert.ok(disposition.includes(ending), disposition);
        assert.match(answer.text, content);
        assert.equal(answer.headers.get("etag"), `"${list.id}:${list.version}"`);
      }
      return await send(download);
    },
    async "400 invalid_query for an unknown format"(app) {
      const { send } = await withList(app);
      return await send(`${download}?format=xls`);
    },
    ...unknownListCases(download),
  },
});

testRoute("POST /api/watchlists/{id}/import", {
  sample: { body: "NVDA" },
  cases: {
    async "200 adds what the file lists, and reports each line; again, nothing changes"(app) {
      const { send, list } = await withList(app);
      const file = { body: "NVDA\nko\nZZZZ9\n?!", headers: text };
      const answer = await send(upload, file);
      const { report, ...rest } = answer.json;
      const tickers = [...sampleTickers, "NVDA"];
      assert.deepEqual(rest, {
        id: list.id,
        version: list.version + 1,
        tickers,
        added: 1,
        leftOff: 0,
      });
      assert.deepEqual(
        report.map((line: Record<string, unknown>) => [line.line, line.ticker, line.outcome]),
        [[1, "NVDA", "added"], [2, "KO", "present"], [3, null, "unknown_ticker"], [
          4,
          null,
          "invalid",
        ]],
      );
      assert.equal(answer.headers.get("etag"), `"${list.id}:${list.version + 1}"`);
      const again = await send(upload, file);
      assert.deepEqual([again.json.added, again.json.version], [0, list.version + 1]);
      return answer;
    },
    async "200 says what a former ticker is today, and why a company has no successor"(app) {
      const { send } = await withList(app);
      const answer = await send(upload, { body: "FB\nTWTR\nNVDA", headers: text });
      const lines = answer.json.report.map(({ ticker, outcome, note }: Record<string, unknown>) => [
        ticker,
        outcome,
        note,
      ]);
      assert.deepEqual(lines, [
        ["META", "added", "FB is META today."],
        [null, "unknown_ticker", "TWTR has no successor: Twitter was taken private in 2022."],
        ["NVDA", "added", undefined],
      ]);
      return answer;
    },
    async "200 takes a format by its name"(app) {
      const { send } = await withList(app);
      const body = "Symbol,Price\nNVDA,1\n";
      return await send(`${upload}?format=csv`, { body, headers: { "content-type": "text/csv" } });
    },
    async "400 bad_request for what is not text"(app) {
      const { send } = await withList(app);
      return await send(upload, { body: new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), headers: text });
    },
    async "400 invalid_query for an unknown format"(app) {
      const { send } = await withList(app);
      return await send(`${upload}?format=xls`, nvda);
    },
    ...unknownListCases(upload, nvda),
    ...versionCase(upload, nvda),
    ...limitCase(upload, nvda),
  },
});
