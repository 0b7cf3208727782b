import assert from "node:assert/strict";
import { Hono } from "hono";
import { Problem } from "../../lib/errors.ts";
import { asVisitor } from "../../lib/interest/interest.ts";
import { parseTickers } from "../../lib/protocol.ts";
import { createTestApp, type TestApp } from "../app_fixtures.ts";
import { assertLeadsTo, cookiesOf, createPartClient } from "../client_fixtures.ts";
import type { Env, SignedInEnv } from "../env.ts";
import { readForm } from "./form_fields.ts";
import { createPageKit, expected, messageOf } from "./kit.ts";

/** A page behind each guard; each answers the user that it knows. */
function guardedBy({ deps }: TestApp) {
  const kit = createPageKit(deps);
  const app = new Hono<Env>();
  app.get("/visitor", kit.visitor, (c) => c.text(c.get("identity")?.username ?? "nobody"));
  app.get("/out", kit.signedOut, (c) => c.text("sign in"));
  app.route(
    "/in",
    new Hono<SignedInEnv>().get("/", kit.signedIn, (c) => c.text(c.var.identity.username)),
  );
  return createPartClient(app);
}

Deno.test("a page for anybody knows its user, one for users leads strangers to the sign-in", async () => {
  await using app = await createTestApp();
  const request = guardedBy(app);
  const { cookie, username } = await app.signUp();
  assert.equal((await request("/visitor")).text, "nobody");
  assert.equal((await request("/visitor", { cookie })).text, username);
  assertLeadsTo(await request("/in"), "/login");
  assert.equal((await request("/in", { cookie })).text, username);
});

Deno.test("a signed-in user who opens the sign-in page goes on to the watchlist", async () => {
  await using app = await createTestApp();
  const request = guardedBy(app);
  const { cookie } = await app.signUp();
  assert.equal((await request("/out")).text, "sign in");
  assertLeadsTo(await request("/out", { cookie }), "/watchlist");
});

Deno.test("a live refresh cookie renews an expired access cookie, on every kind of page", async () => {
  await using app = await createTestApp();
  const request = guardedBy(app);
  for (const path of ["/visitor", "/in"]) {
    const { refreshToken, username } = await app.signUp();
    const answer = await request(path, { cookie: `qb_access=old; qb_refresh=${refreshToken}` });
    assert.equal(answer.text, username);
    const { qb_access: access = "", qb_refresh: refresh = "" } = cookiesOf(answer);
    assert.ok(!refresh.startsWith(refreshToken));
    const cookie = `qb_access=${access.split(";")[0]}`;
    assert.equal((await request(path, { cookie })).text, username);
  }
  const { refreshToken } = await app.signUp();
  assertLeadsTo(await request("/out", { cookie: `qb_refresh=${refreshToken}` }), "/watchlist");
});

Deno.test("a refresh cookie of an ended session does not sign in", async () => {
  await using app = await createTestApp();
  const request = guardedBy(app);
  const { refreshToken, token } = await app.signUp();
  await app.request("/api/auth/logout", { method: "POST", token });
  const cookie = `qb_refresh=${refreshToken}`;
  assert.equal((await request("/visitor", { cookie })).text, "nobody");
  assertLeadsTo(await request("/in", { cookie }), "/login");
});

Deno.test("a page is shown to its user alone, with the status and headers of what it explains", async () => {
  await using app = await createTestApp();
  const kit = createPageKit(app.deps);
  const page = { title: "Title", body: "Body" };
  const limited = new Problem("rate_limited", { headers: { "Retry-After": "60" } });
  const request = createPartClient(
    new Hono<Env>()
      .get("/good", kit.visitor, (c) => kit.show(c, page))
      .get("/refused", (c) => kit.show(c, page, limited)),
  );
  const { cookie } = await app.signUp();
  const good = await request("/good", { cookie });
  assert.equal(good.status, 200);
  assert.equal(good.headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal(good.headers.get("cache-control"), "no-store");
  assert.match(good.text, /<title>Title · Quoteboard<\/title>.*<main id="main">Body<\/main>/);
  assert.match(good.text, /<a href="\/account">Account<\/a>/);
  assert.ok(good.text.includes("Prices of a test."));
  const refused = await request("/refused");
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "60"]);
});

Deno.test("rows have names, and prices with their age; without a price the quote is null", async () => {
  await using app = await createTestApp();
  await app.publish("KO");
  const { tickers } = parseTickers(["ZZZZ9", "KO"]);
  const { rows, tickMs, seq } = await createPageKit(app.deps).rows(tickers, asVisitor("192.0.2.1"));
  const [unknown, ko] = rows;
  assert.deepEqual(unknown, { ticker: "ZZZZ9", name: "ZZZZ9", quote: null });
  assert.match(ko?.name ?? "", /Coca-Cola/);
  assert.equal(ko?.quote?.[1], 1_000_000);
  assert.deepEqual([tickMs, seq], [5_000, 1]);
});

/** Reads a form and answers its fields. */
const reader = createPartClient(new Hono<Env>().post("/", async (c) => c.json(await readForm(c))));

Deno.test("of a repeated field the last one counts, and a file is its text", async () => {
  const repeated = new URLSearchParams([["name", "a"], ["name", "b"], ["other", ""]]);
  assert.deepEqual((await reader("/", { body: repeated })).json, { name: "b", other: "" });
  const form = new FormData();
  form.set("name", "a");
  form.set("file", new File(["\ufeffKO\n"], "list.txt"));
  const { json } = await reader("/", { body: form });
  assert.deepEqual([json.name, json.file.trim()], ["a", "KO"]);
});

Deno.test("a body that is not a form has no fields", async () => {
  assert.deepEqual((await reader("/", { body: "{}" })).json, {});
});

Deno.test("a form that is not of the kind it says is a bad request", async () => {
  for (const type of ["multipart/form-data", "multipart/form-data; boundary=x"]) {
    const { status, json } = await reader("/", { body: "a=b", headers: { "content-type": type } });
    assert.deepEqual([status, json.code], [400, "bad_request"]);
  }
});

Deno.test("a message is chosen by its name, so a link cannot put words of its own into the page", async () => {
  const texts = new Map([["done", "It is done."]]);
  const request = createPartClient(
    new Hono<Env>().get("/", (c) => c.text(messageOf(c, texts) ?? "none")),
  );
  assert.equal((await request("/?done")).text, "It is done.");
  assert.equal((await request("/?other&done=1")).text, "It is done.");
  assert.equal((await request("/?It+is+done.")).text, "none");
});

Deno.test("a refusal is a page's to explain, a fault is not", () => {
  const problem = new Problem("list_full");
  assert.equal(expected(problem), problem);
  const fault = new TypeError("broken");
  assert.throws(() => expected(fault), fault);
});
