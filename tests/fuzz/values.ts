// Owns the hostile values: texts, paths, queries, bodies and headers that no friendly client sends.

import fc from "fast-check";
import type { FuzzRoute, Schema } from "./routes.ts";

/** Searched for in answers: if one was treated as markup or as a header, it appears there unchanged. */
export const markup = "<script>fuzz()</script>";
export const injectedHeader = "x-fuzz-injected";

const pool = [
  "",
  " ",
  "null",
  "undefined",
  "NaN",
  "-1",
  "1e999",
  "9007199254740993",
  "__proto__",
  "constructor",
  "toString",
  "../../etc/passwd",
  "..\\..\\",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\u202eLPAA",
  "ﷺ".repeat(60),
  "Z\u0351\u036b\u0343".repeat(300),
  "👩‍👩‍👧‍👦",
  "ＡＡＰＬ",
  "ß",
  "İ",
  "' OR '1'='1",
  "'; DROP TABLE users; --",
  `">${markup}`,
  "${7*7}{{7*7}}",
  "%s%n%x",
  `x\r\n${injectedHeader}: 1\r\n\r\n`,
  "A".repeat(65),
  "A".repeat(10_000),
  "😀".repeat(2_000),
];
const tickers = ["AAPL", "MSFT", "KO", "BRK.B", "aapl", " nvda ", "ZZZZ", "A", "BRK-B", "T"];

export const ticker = fc.constantFrom(...tickers);
export const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...pool) },
  { weight: 2, arbitrary: ticker },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

/** A part of a request line: valid and invalid percent-encodings, delimiters, dot segments. */
export const segment = fc.oneof(
  ticker.map(encodeURIComponent),
  text.map((value) => encodeURIComponent(value.toWellFormed()).slice(0, 3_000)),
  fc.constantFrom("%", "%zz", "%ff", "%c0%af", "%00", "%2e%2e", "%2F..%2F", "..", ".", "", "a;b=c"),
  fc.constantFrom(
    "%F0%9F%98%80",
    "%E2%80",
    "%u0041",
    "@",
    ":",
    "*",
    "~",
    "!$&'()",
    "[]",
    "{}",
    "|",
  ),
);

export function queryOf({ query }: FuzzRoute): fc.Arbitrary<string> {
  const names = [...query, "__proto__", "constructor", "tickers[]", "%zz"];
  const pair = fc.tuple(fc.constantFrom(...names), segment).map(([name, value]) =>
    `${name}=${value}`
  );
  const tickersPair = fc.array(ticker, { maxLength: 6 })
    .map((list) => `tickers=${list.map(encodeURIComponent).join(",")}`);
  return fc.oneof(
    fc.constantFrom("", "?", "?&&==&", "?%", "?" + "a=1&".repeat(1_000)),
    fc.array(fc.oneof(pair, tickersPair), { minLength: 1, maxLength: 4 })
      .map((pairs) => `?${pairs.join("&")}`),
  );
}

export interface Body {
  readonly contentType: string | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const utf8 = new TextEncoder();
const jsonType = fc.constantFrom(
  "application/json",
  "application/json",
  "application/json; charset=utf-8",
  "Application/JSON",
  "application/json; charset=utf-16",
  "application/vnd.api+json",
);
const formType = "application/x-www-form-urlencoded";

/** Usually similar to what the route accepts, sometimes anything else. */
export function bodyOf(route: FuzzRoute): fc.Arbitrary<Body> {
  const fields = [...route.form, ...Object.keys(route.body?.properties ?? {}), "__proto__"];
  const shaped = route.body ? valueOf(route.body) : fc.dictionary(fc.constantFrom(...fields), text);
  return fc.oneof(
    { weight: 5, arbitrary: body(jsonType, shaped.map((value) => JSON.stringify(value))) },
    { weight: 1, arbitrary: body(jsonType, fc.json()) },
    { weight: 1, arbitrary: body(jsonType, brokenJson(shaped)) },
    { weight: 1, arbitrary: body(jsonType, hugeJson) },
    { weight: route.form.length > 0 ? 6 : 1, arbitrary: body(fc.constant(formType), form(fields)) },
    { weight: route.form.length > 0 ? 2 : 1, arbitrary: multipart(fields) },
    { weight: 1, arbitrary: body(fc.constantFrom("text/plain", "", "x", "application/xml"), text) },
  );
}

/** Has the schema's shape. Each member is correct, of the wrong type, or missing. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, 1e308, -0, true));
  if (schema.properties) {
    const members = Object.entries(schema.properties).map(([name, member]) => [
      name,
      fc.oneof({ weight: 6, arbitrary: valueOf(member) }, { weight: 1, arbitrary: anything }),
    ]);
    return fc.oneof(
      { weight: 6, arbitrary: fc.record(Object.fromEntries(members)) },
      { weight: 2, arbitrary: fc.record(Object.fromEntries(members), { requiredKeys: [] }) },
    );
  }
  if (schema.items) return fc.array(valueOf(schema.items), { maxLength: 8 });
  if (schema.enum) return fc.constantFrom(...schema.enum, "other");
  return schema.type === "boolean" || schema.type === "integer" ? anything : text;
}

function brokenJson(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.tuple(value, fc.nat(100)).map(([each, at]) => {
    const json = JSON.stringify(each) ?? "";
    return json.slice(0, at) + (at % 2 ? "" : "\\u00") + json.slice(at + 1);
  });
}

/** Bodies near the limit of 64 KiB and far above it, and nested too deeply for a recursive parser. */
const hugeJson = fc.constantFrom(
  "[".repeat(30_000),
  "[".repeat(20_000) + "]".repeat(20_000),
  '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000),
  `{"ticker":"${"A".repeat(65_520)}"}`,
  `{"ticker":"AAPL","x":"${"A".repeat(200_000)}"}`,
  `{"tickers":[${'"AAPL",'.repeat(5_000)}"KO"]}`,
  `{"ticker":${"9".repeat(10_000)}}`,
  '{"ticker":"AAPL",' + '"ticker":"KO",'.repeat(2_000) + '"ticker":"T"}',
);

function form(fields: readonly string[]): fc.Arbitrary<string> {
  const field = fc.tuple(fc.constantFrom(...fields), segment).map((pair) => pair.join("="));
  return fc.oneof(
    fc.array(field, { maxLength: 6 }).map((pairs) => pairs.join("&")),
    fc.constantFrom("&&&", "===", "%", "a[b][c]=1&a[b]=2", "x=".repeat(20_000)),
  );
}

function multipart(fields: readonly string[]): fc.Arbitrary<Body> {
  const part = fc.tuple(fc.constantFrom(...fields), text, fc.boolean())
    .map(([name, value, isFile]) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"` +
      `${isFile ? '; filename="../x\u0000.txt"' : ""}\r\n\r\n${value}\r\n`
    );
  const whole = fc.tuple(
    fc.array(part, { maxLength: 3 }),
    fc.constantFrom("--b--\r\n", "--b", "", "--c--\r\n"),
  ).map(([parts, end]) => parts.join("") + end);
  const type = fc.constantFrom(
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    'multipart/form-data; boundary=""',
    `multipart/form-data; boundary=${"b".repeat(500)}`,
  );
  return body(type, whole);
}

function body(type: fc.Arbitrary<string>, content: fc.Arbitrary<string | undefined>) {
  return fc.tuple(type, content).map(([contentType, value = ""]): Body => ({
    contentType: contentType === "" ? undefined : contentType,
    bytes: utf8.encode(value),
  }));
}

const headerText = fc.oneof(
  text.map((value) => value.replace(/[^\x20-\x7e\x80-\xff]/g, "?").trim().slice(0, 8_000)),
  fc.constantFrom(
    "*",
    ",",
    ";;;",
    '"',
    'W/"x:1"',
    '"x:99999999999999999999"',
    "bytes=0-,-1",
    "\xff",
  ),
);
const headerNames = [
  "accept",
  "accept-language",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "range",
  "referer",
  "user-agent",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "forwarded",
  "x-http-method-override",
  "last-event-id",
  "content-encoding",
  "te",
  "upgrade",
  "sec-websocket-key",
  "sec-websocket-protocol",
  "x-fuzz",
];
const fixedHeaders: [string, string][] = [
  ["accept", "text/html,*/*"],
  ["accept-encoding", "gzip"],
  ["accept-encoding", "br;q=1, *;q=0"],
  ["origin", "https://evil.example"],
  ["origin", "null"],
  ["sec-fetch-site", "cross-site"],
  ["sec-fetch-site", "same-origin"],
  ["expect", "100-continue"],
  ["upgrade", "websocket"],
  ["if-match", "*"],
  ["cookie", "qb_access=%E0%A4%A; qb_refresh=; =; ;;"],
  ["cookie", "a=b; ".repeat(400)],
  ["cookie", 'qb_access="quoted"; __Host-qb_access=x; qb_access=y'],
  ["cookie", "__proto__=1; constructor=2"],
  ["authorization", "Basic Og=="],
  ["authorization", "Bearer"],
  ["authorization", "Bearer " + "x".repeat(5_000)],
  ["authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyMSJ9."],
  ["host", "evil.example"],
  ["host", "[::1"],
  ["host", "a b"],
  ["host", "%"],
  ["host", ""],
];
export const extraHeaders: fc.Arbitrary<[string, string][]> = fc.array(
  fc.oneof(fc.constantFrom(...fixedHeaders), fc.tuple(fc.constantFrom(...headerNames), headerText)),
  { maxLength: 3 },
);
