import assert from "node:assert/strict";
import { createTestApp, password } from "./app_fixtures.ts";
import { assertLeadsTo } from "./client_fixtures.ts";

const browser = { accept: "text/html" };

Deno.test("an unknown address is 404: a page for a browser, a problem for a program", async () => {
  await using app = await createTestApp();
  const page = await app.request("/nothing", { headers: browser });
  assert.equal(page.status, 404);
  assert.match(page.text, /<h1>Page not found<\/h1>/);
  for (const [path, headers] of [["/nothing", {}], ["/api/nothing", browser]] as const) {
    const { status, json } = await app.request(path, { headers });
    assert.deepEqual([status, json.code], [404, "not_found"], path);
  }
});

Deno.test("a method that an address does not take is 405 with those that it takes", async () => {
  await using app = await createTestApp();
  const cases = [
    ["PUT", "/api/auth/login", "POST"],
    ["POST", "/api/me", "GET, HEAD"],
    ["DELETE", "/watchlist", "GET, HEAD, POST"],
    ["POST", "/healthz", "GET, HEAD"],
    ["POST", "/ws", "GET, HEAD"],
  ];
  for (const [method = "", path = "", allowed] of cases) {
    const { status, json, headers } = await app.request(path, { method });
    assert.deepEqual([status, json?.code], [405, "method_not_allowed"], path);
    assert.equal(headers.get("allow"), allowed, path);
  }
});

Deno.test("a body of more than 64 KB is 413, in a form as in JSON, whether its length is declared or not", async () => {
  await using app = await createTestApp();
  const text = "x".repeat(65_536);
  const form = await app.request("/login", { form: { username: text } });
  assert.equal(form.status, 413);
  assert.match(form.text, /64 KB is the most/);
  const lengths: Record<string, string>[] = [{}, { "content-length": "65549" }];
  for (const headers of lengths) {
    const { status, json } = await app.request("/login", { json: { username: text }, headers });
    assert.deepEqual([status, json.code], [413, "body_too_large"]);
  }
});

Deno.test("a trailing slash makes no difference", async () => {
  await using app = await createTestApp();
  for (const path of ["/login/", "/api/securities/", "/healthz/", "/reset/", "/api/docs/"]) {
    const [slashed, plain] = [await app.request(path), await app.request(path.slice(0, -1))];
    assert.equal(slashed.status, plain.status, path);
    assert.notEqual(plain.status, 404, path);
  }
});

Deno.test("/login takes the page's form, and JSON as the API does", async () => {
  await using app = await createTestApp();
  const { username } = await app.signUp();
  const types = ["application/json", "Application/JSON; charset=utf-8"];
  for (const type of types) {
    const headers = { "content-type": type };
    const answer = await app.request("/login", { json: { username, password }, headers });
    assert.ok(answer.json.accessToken, type);
    assert.deepEqual(answer.headers.getSetCookie(), []);
  }
  assertLeadsTo(await app.request("/login", { form: { username, password } }), "/watchlist");
});

Deno.test("HEAD is answered as GET, without the body", async () => {
  await using app = await createTestApp();
  for (const path of ["/login", "/healthz", "/api/openapi.json", "/api/nothing"]) {
    const [head, get] = [await app.request(path, { method: "HEAD" }), await app.request(path)];
    assert.equal(head.status, get.status, path);
    assert.equal(head.headers.get("content-type"), get.headers.get("content-type"), path);
    assert.equal(head.text, "");
  }
});

Deno.test("a change that another site's page sends is 403, before the sign-in is checked", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  const headers = { "sec-fetch-site": "cross-site" };
  for (const path of ["/login", "/register", "/reset", "/watchlist", "/account"]) {
    const { status, text } = await app.request(path, { form: { a: "b" }, cookie, headers });
    assert.equal(status, 403, path);
    assert.match(text, /Requests from this origin are not accepted/);
  }
});

Deno.test("a fault of ours is 500 without a word of its cause", async () => {
  await using app = await createTestApp({
    isPrepared: () => {
      throw new Error("secret");
    },
  });
  const { status, json, text } = await app.request("/readyz");
  assert.deepEqual([status, json.code], [500, "internal"]);
  assert.ok(!text.includes("secret"));
});

Deno.test("a development server refuses other names than local ones, at sockets too, with the headers of all answers", async () => {
  await using app = await createTestApp();
  for (const path of ["/", "/api/me", "/ws", "/healthz"]) {
    const { status, headers } = await app.request(`http://evil.example${path}`);
    assert.equal(status, 421, path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
  }
});
