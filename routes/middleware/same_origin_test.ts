import assert from "node:assert/strict";
import { Hono } from "hono";
import { Problem } from "../../lib/errors.ts";
import type { Env } from "../env.ts";
import { createKeptLog } from "./log_fixtures.ts";
import { createRefusalWarning, guardAgainstForgery, isAcceptedSender } from "./same_origin.ts";

const app = new Hono<Env>();
app.use(guardAgainstForgery({ allowedOrigins: ["https://friend.example"], warn() {} }));
app.all("/", (c) => c.text("done"));
app.onError((error, c) => c.text(error instanceof Problem ? error.code : "other", 403));

async function send(headers: Record<string, string>, method = "POST"): Promise<string> {
  const answer = await app.request("https://board.example/", { method, headers });
  return await answer.text();
}

const cases: [name: string, headers: Record<string, string>, answer: string][] = [
  ["our own page", { "sec-fetch-site": "same-origin" }, "done"],
  ["an address typed by the user", { "sec-fetch-site": "none" }, "done"],
  ["another site", { "sec-fetch-site": "cross-site" }, "forbidden_origin"],
  ["a sibling subdomain", { "sec-fetch-site": "same-site" }, "forbidden_origin"],
  [
    "an allowed origin",
    { "sec-fetch-site": "cross-site", origin: "https://friend.example" },
    "done",
  ],
  ["an older browser's own page", { origin: "https://board.example" }, "done"],
  ["an older browser's foreign page", { origin: "https://evil.example" }, "forbidden_origin"],
  ["a sandboxed frame", { origin: "null" }, "forbidden_origin"],
  ["a program that is no browser", {}, "done"],
  [
    "a page with a Bearer token, which no browser adds by itself",
    { "sec-fetch-site": "cross-site", authorization: "Bearer x" },
    "done",
  ],
  [
    "a page with a Bearer token beside our cookies",
    { "sec-fetch-site": "cross-site", authorization: "Bearer x", cookie: "qb_access=y" },
    "forbidden_origin",
  ],
];

for (const [name, headers, answer] of cases) {
  Deno.test(`a state change from ${name} is ${answer === "done" ? "done" : "refused"}`, async () => {
    assert.equal(await send(headers), answer);
  });
}

Deno.test("reading is open to all sites", async () => {
  assert.equal(await send({ "sec-fetch-site": "cross-site" }, "GET"), "done");
});

Deno.test("an origin is our own whatever the case of its host, and with the default port", () => {
  const isAccepted = (url: string, origin: string) =>
    isAcceptedSender(new Request(url, { headers: { origin } }), ["https://friend.example"]);
  for (const origin of ["https://BOARD.example", "https://board.example:443"]) {
    assert.ok(isAccepted("https://board.example/ws", origin), origin);
  }
  assert.ok(isAccepted("https://board.example/ws", "https://friend.example"));
  for (const origin of ["https://board.example:8443", "nonsense", "", "null"]) {
    assert.ok(!isAccepted("https://board.example/ws", origin), origin);
  }
});

Deno.test("behind a proxy that changes Host, a browser's word that the page is our own is enough", () => {
  const isAccepted = (site: string, origin = "https://board.example") =>
    isAcceptedSender(
      new Request("http://app:8000/ws", { headers: { origin, "sec-fetch-site": site } }),
      [],
    );
  assert.ok(isAccepted("same-origin"));
  for (const site of ["cross-site", "same-site"]) assert.ok(!isAccepted(site));
  assert.ok(!isAccepted("cross-site", "http://app:8000"));
});

Deno.test("the log names Origin and Host once for each pair, and of 20 pairs at most", () => {
  const { log, lines } = createKeptLog();
  const warn = createRefusalWarning(log);
  for (let count = 0; count < 50; count++) {
    const headers = { origin: `https://${"x".repeat(200)}${count}.example` };
    warn(new Request("http://app:8000/ws", { headers: { origin: "https://board.example" } }));
    warn(new Request(`http://app${count}:8000/ws`, { headers }));
  }
  assert.equal(lines.length, 20);
  assert.deepEqual(lines[0]?.members, { origin: "https://board.example", host: "app:8000" });
  assert.equal(String(lines[1]?.members.origin).length, 100);
});
