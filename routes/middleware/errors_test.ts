import assert from "node:assert/strict";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { Problem } from "../../lib/errors.ts";
import { createClient } from "../client_fixtures.ts";
import type { Env } from "../env.ts";
import { createAnswer, errorHandler, methodRefusal, notFoundHandler } from "./errors.ts";
import { createKeptLog } from "./log_fixtures.ts";

const browser = { accept: "text/html,application/xhtml+xml" };

/** An app whose route throws, and whose pages are the code of the problem. */
function appThatThrows(error: Error) {
  const { log, lines } = createKeptLog();
  const answer = createAnswer((c, { code, status }) => c.text(`page of ${code}`, status));
  const app = new Hono<Env>();
  app.use((c, next) => {
    c.header("Set-Cookie", "kept=1");
    return next();
  });
  app.all("/own", (c) => methodRefusal(answer)(c, ["GET", "POST"]));
  app.get("*", () => {
    throw error;
  });
  app.notFound(notFoundHandler(answer));
  app.onError(errorHandler({ log, answer }));
  return { request: createClient(app), lines };
}

const codes: [error: Error, status: number, code: string][] = [
  [new Problem("list_full"), 409, "list_full"],
  [new HTTPException(400), 400, "bad_request"],
  [new HTTPException(413), 413, "body_too_large"],
  [new HTTPException(415), 415, "unsupported_media_type"],
  [new HTTPException(418), 500, "internal"],
  [new Deno.errors.BadResource("gone"), 400, "bad_request"],
  [new Error("secret"), 500, "internal"],
];

for (const [error, status, code] of codes) {
  Deno.test(`${error.name} ${Reflect.get(error, "status") ?? ""} becomes ${status} ${code}`, async () => {
    const answer = await appThatThrows(error).request("/");
    assert.deepEqual([answer.status, answer.json.code], [status, code]);
    assert.ok(!answer.text.includes("secret"));
  });
}

Deno.test("a browser gets a page, except from the API and the sockets", async () => {
  const { request } = appThatThrows(new Problem("list_full"));
  const kinds = [["/", "page"], ["/apiary", "page"], ["/api", "json"], ["/api/x", "json"], [
    "/ws",
    "json",
  ]] as const;
  for (const [path, kind] of kinds) {
    const { status, text } = await request(path, { headers: browser });
    assert.equal(status, 409);
    assert.equal(text === "page of list_full" ? "page" : "json", kind, path);
  }
  assert.equal((await request("/")).json.code, "list_full");
});

Deno.test("cookies that were set on the way go with the refusal", async () => {
  const { request } = appThatThrows(new Problem("invalid_token"));
  assert.deepEqual((await request("/api/x")).headers.getSetCookie(), ["kept=1"]);
});

Deno.test("an unknown address is 404, and another method than an address takes is 405 with those it takes", async () => {
  const { request } = appThatThrows(new Problem("internal"));
  const missing = await request("/nothing", { method: "POST" });
  assert.deepEqual([missing.status, missing.json.code], [404, "not_found"]);
  const { status, json, headers } = await request("/own");
  assert.deepEqual([status, json.code], [405, "method_not_allowed"]);
  assert.equal(headers.get("allow"), "GET, POST");
});

Deno.test("a fault of ours is logged as an error with its cause in one line, a refusal is not", async () => {
  const fault = appThatThrows(new TypeError(`No such row ${"x".repeat(1_000)}`));
  await fault.request("/api/x?token=secret");
  const [{ level, members }] = [...fault.lines, { level: "none", members: {} }];
  assert.equal(level, "error");
  const { cause, ...others } = { cause: "", ...members };
  assert.deepEqual(others, { method: "GET", path: "/api/x", code: "internal" });
  assert.match(cause, /^TypeError: No such row x{188} at .*errors_test\.ts/);

  const refusal = appThatThrows(new Problem("list_full"));
  await refusal.request("/");
  assert.deepEqual(refusal.lines, []);
});

Deno.test("a busy service is a line for debugging, with the cause behind the refusal", async () => {
  const cause = new Error("The pool is empty");
  const { request, lines } = appThatThrows(new Problem("unavailable", { cause }));
  await request("/");
  const [line] = lines;
  assert.equal(line?.level, "debug");
  assert.match(String(line?.members.cause), /^Error: The pool is empty/);
});
