// Follows "Add a quote source" of CONTRIBUTING.md: a source of a provider that answers CSV, in one definition.

import assert from "node:assert/strict";
import { withExamples, withTable } from "../../tools/dev/source_variables.ts";
import { loadConfig } from "../config.ts";
import { below, createHttpSource } from "./http/source.ts";
import { isoTimeOf, readQuotes } from "./http/read_quote.ts";
import { listFailure, openProvider, readWhole } from "./lists/provider_fixtures.ts";
import { preferredSpelling } from "./lists/preferred.ts";
import { listedSecurities } from "./lists/rows.ts";
import type { SourceDefinition } from "./source.ts";
import { type SourceCase, testSourceContract } from "./source_contract.ts";
import { sources } from "./sources.ts";

const key = "acme-key-0001";
const spelling = preferredSpelling("_P");
const csvRows = (text: string) => text.trim().split("\n").map((line) => line.split(";"));
const isTable = (rows: unknown, width: number): rows is string[][] =>
  Array.isArray(rows) && rows.length > 0 && rows.every((row) => row.length === width);

/** What stands in `lib/sources/acme.ts`. */
const acme: SourceDefinition = {
  name: "acme",
  variables: [
    { name: "ACME_API_KEY", meaning: "key of Acme" },
    { name: "ACME_API_URL", meaning: "another address, for tests" },
  ],
  configure(env) {
    const headers = { "X-Acme-Key": env.text("ACME_API_KEY"), accept: "text/csv" };
    const url = env.url("ACME_API_URL", "https://api.acme.example");
    return ({ clock }) =>
      createHttpSource({
        name: "acme",
        notice: "Prices by Acme.",
        cost: "call",
        batchSize: 100,
        limits: [{ calls: 30, windowMs: 60_000 }],
        clock,
        headers,
        bodyBytesMax: 1024 * 1024,
        parse: csvRows,
        symbolOf: (ticker) => spelling.symbolOf(ticker).replaceAll(".", "_"),
        address: (symbols) => below(url, `prices.csv?s=${symbols.join(",")}`),
        read(value, asked) {
          const [[only = ""] = []] = value as string[][];
          if (/limit/.test(only)) {
            return { kind: "failed", failure: "rate_limited", detail: "The limit is reached" };
          }
          if (!isTable(value, 4)) return undefined;
          const rows = new Map(value.map((row) => [row[0], row]));
          return readQuotes(asked, (symbol) => {
            const [, price, previousClose, at] = rows.get(symbol) ?? [];
            return price === undefined ? [] : [{ price, previousClose, asOf: isoTimeOf(at) }];
          });
        },
        list: {
          bodyBytesMax: 8 * 1024 * 1024,
          parse: csvRows,
          address: (cursor = "1") => below(url, `names.csv?page=${cursor}`),
          read(value, cursor = "1") {
            if (!isTable(value, 2)) return undefined;
            const [head, ...rows] = value;
            const securities = listedSecurities(
              rows.map(([symbol, name]) => ({ symbol, name, currency: "USD" })),
              (symbol) => spelling.tickerText(symbol).replaceAll("_", "."),
            );
            const isLast = head?.[1] === cursor;
            return { securities, ...(!isLast && { next: String(Number(cursor) + 1) }) };
          },
        },
      });
  },
};

testSourceContract(
  {
    definition: acme,
    env: { ACME_API_KEY: key },
    urlVariable: "ACME_API_URL",
    berkshire: "BRK_B",
    contentType: "text/csv",
    malformed: [["AAPL;190.10", "wrong_shape"], ["", "wrong_shape"], ["<html>", "wrong_shape"]],
    isAuthorized: ({ headers }) => headers.get("x-acme-key") === key,
    symbolsOf: (url) => url.searchParams.get("s")?.split(",") ?? [],
    answer: (symbols, rows) =>
      ["symbol;price;previous;time"].concat(symbols.flatMap((symbol) => {
        const row = rows.get(symbol);
        const time = row && new Date(row.at).toISOString();
        return row ? [`${symbol};${row.price};${row.previousClose};${time}`] : [];
      })).join("\n"),
    limit: () => new Response("", { status: 429 }),
    errorWith200: { body: "limit reached", failure: "rate_limited" },
    unauthorized: () => new Response("", { status: 401 }),
  } satisfies SourceCase,
);

Deno.test("acme: its list is read page by page, with its own spelling behind our tickers", async () => {
  const pages = ["page;2\nAAPL;Apple Inc.\nBAC_PL;Bank of America L", "page;2\nBRK_B;Berkshire"];
  await using provider = openProvider({
    definition: acme,
    urlVariables: ["ACME_API_URL"],
    handler: ({ url }) => new Response(pages[Number(new URL(url).searchParams.get("page")) - 1]),
  });
  const read = await readWhole(provider.source);
  assert.deepEqual(read.map(({ ticker, name, symbol }) => [ticker, name, symbol]), [
    ["AAPL", "Apple Inc.", undefined],
    ["BAC.PRL", "Bank of America L", "BAC_PL"],
    ["BRK.B", "Berkshire", "BRK_B"],
  ]);
  assert.equal(await listFailure(provider.source, "3"), "wrong_shape");
});

Deno.test("acme: with its entry in the list of sources it can be chosen, and its variables are documented", async () => {
  const all = [...sources, acme];
  const values: Record<string, string> = { QUOTE_SOURCE: "acme", ACME_API_KEY: key };
  assert.equal(loadConfig({ sources: all, read: (name) => values[name] }).sources.length, 1);
  const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
  assert.match(withTable(await read("README.md"), all), /`ACME_API_URL`/);
  assert.match(withExamples(await read(".env.example"), all), /^# ACME_API_KEY=$/m);
});
