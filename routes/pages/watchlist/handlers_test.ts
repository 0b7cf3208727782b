import assert from "node:assert/strict";
import { price, sampleQuote } from "../../../lib/bus/bus_fixtures.ts";
import { createTestApp, type TestApp } from "../../app_fixtures.ts";
import { assertLeadsTo, cookiesOf, type TestRequest } from "../../client_fixtures.ts";
import {
  assertErrorPage,
  assertExplains,
  assertFormsGuarded,
  assertUnavailable,
} from "../form_fixtures.ts";

/** A user with three stocks, each with a price; the page is that of the first list. */
async function withStocks(app: TestApp) {
  await app.publish("KO", "AAPL", "MSFT");
  const user = await app.signUp({ tickers: ["KO", "AAPL", "MSFT"] });
  const lists = () => app.deps.store.lists(user.userId);
  const [first] = await lists();
  assert.ok(first);
  const path = `/watchlist?list=${first.id}`;
  return {
    ...user,
    lists,
    first,
    path,
    tickers: async () => (await lists())[0]?.tickers,
    open: (query = "") => app.request(`${path}${query}`, { cookie: user.cookie }),
    send: (form: Record<string, string>, request: TestRequest = {}) =>
      app.request(path, { form, cookie: user.cookie, ...request }),
  };
}

Deno.test("the page leads strangers to the sign-in, with a link to a file and a form too", async () => {
  await using app = await createTestApp();
  for (const path of ["/watchlist", "/watchlist?export=csv"]) {
    assertLeadsTo(await app.request(path), "/login");
  }
  assertLeadsTo(await app.request("/watchlist", { form: { ticker: "KO" } }), "/login");
});

Deno.test("the page shows the list with its prices, and what an empty one may begin with", async () => {
  await using app = await createTestApp();
  const { open, cookie } = await withStocks(app);
  const { status, headers, text } = await open();
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.ok(text.indexOf(">KO<") < text.indexOf(">AAPL<"));
  assert.equal(text.match(/>100\.00</g)?.length, 3);
  assert.equal((await app.request("/watchlist", { cookie })).status, 200);
  const empty = await app.signUp();
  const page = await app.request("/watchlist", { cookie: empty.cookie });
  assert.match(page.text, /Nothing here yet/);
  assert.equal(page.text.match(/name="ticker"/g)?.length, 5);
});

Deno.test("a row says the currency of a price that is not in dollars, without a script", async () => {
  await using app = await createTestApp();
  await app.publish("VOD.L", "AAPL", "^FTSE");
  const { cookie } = await app.signUp({ tickers: ["VOD.L", "AAPL", "^FTSE"] });
  const { text } = await app.request("/watchlist", { cookie });
  assert.match(text, /<td [^>]*class="name">Vodafone Group Plc · GBP</);
  assert.match(text, /<td [^>]*class="name">Apple Inc\.</);
  assert.match(text, /<td [^>]*class="name">FTSE 100 Index</);
});

Deno.test("a live refresh cookie opens the page and its files, and gets new cookies", async () => {
  await using app = await createTestApp();
  for (const path of ["/watchlist", "/watchlist?export=text"]) {
    const { refreshToken } = await app.signUp();
    const answer = await app.request(path, { cookie: `qb_refresh=${refreshToken}` });
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(cookiesOf(answer)), ["qb_access", "qb_refresh"]);
  }
});

Deno.test("a search shows what it found, cut to what a name can be", async () => {
  await using app = await createTestApp();
  const { open } = await withStocks(app);
  const found = await open("&query=%20coca-cola%20");
  assert.match(found.text, /Results for “coca-cola”/);
  assert.match(found.text, /On your list/);
  const long = await open(`&query=${"z".repeat(100)}`);
  assert.ok(long.text.includes(`No stock matches “${"z".repeat(64)}”`));
  assert.match(long.text, /Covered: 1,\d{3} US stocks and funds, and \d+ others\./);
  assert.doesNotMatch(long.text, /The nearest names/);
  const near = await open("&query=starpucksen");
  assert.match(near.text, /No stock matches.*The nearest names.*value="SBUX"/s);
  assert.doesNotMatch((await open("&query=%20")).text, /class="results"/);
  assert.match((await open("&query=fb")).text, /Meta Platforms, Inc\. \(was FB\)/);
  assert.match((await open("&query=twtr")).text, /Twitter was taken private in 2022/);
});

Deno.test("a list is a file in each format, and the page for an unknown format", async () => {
  await using app = await createTestApp();
  const { open } = await withStocks(app);
  for (const [format, type] of [["text", "plain"], ["csv", "csv"], ["tradingview", "plain"]]) {
    const { status, headers, text } = await open(`&export=${format}`);
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), `text/${type}; charset=utf-8`);
    assert.match(headers.get("content-disposition") ?? "", /^attachment;/);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.match(text, /KO/);
  }
  assert.match((await open("&export=xls")).headers.get("content-type") ?? "", /^text\/html/);
});

Deno.test("another user's list, and a text that is not an id, are 404", async () => {
  await using app = await createTestApp();
  const { path, tickers } = await withStocks(app);
  const { cookie } = await app.signUp();
  const headers = { accept: "text/html" };
  for (const address of [path, `${path}&export=csv`, "/watchlist?list=nonsense"]) {
    assertErrorPage(await app.request(address, { cookie, headers }), [404, /Page not found/]);
  }
  for (const address of [path, "/watchlist?list=nonsense"]) {
    const removed = await app.request(address, { cookie, form: { remove: "KO" } });
    assertErrorPage(removed, [404, /Page not found/]);
  }
  assert.deepEqual(await tickers(), ["KO", "AAPL", "MSFT"]);
});

Deno.test("a stock is added and removed, and the page is that of the same list again", async () => {
  await using app = await createTestApp();
  const { send, path, tickers } = await withStocks(app);
  assertLeadsTo(await send({ ticker: " nvda " }), path);
  assertLeadsTo(await send({ remove: "KO" }), path);
  assert.deepEqual(await tickers(), ["AAPL", "MSFT", "NVDA"]);
});

Deno.test("a new list is the one shown next, a deleted one gives way to the first", async () => {
  await using app = await createTestApp();
  const { send, lists, cookie } = await withStocks(app);
  const created = await send({ action: "create", name: "Chips" });
  const [, second] = await lists();
  const path = `/watchlist?list=${second?.id}`;
  assertLeadsTo(created, path);
  const deleted = await app.request(path, { form: { action: "delete" }, cookie });
  assertLeadsTo(deleted, "/watchlist");
  assert.equal((await lists()).length, 1);
});

Deno.test("a list that a form renames or moves stays the one shown", async () => {
  await using app = await createTestApp();
  const { send, lists, path } = await withStocks(app);
  await send({ action: "create", name: "Chips" });
  assertLeadsTo(await send({ action: "rename", name: "Top" }), path);
  assertLeadsTo(await send({ action: "move", position: "1" }), path);
  assert.deepEqual((await lists()).map(({ name }) => name), ["Chips", "Top"]);
});

Deno.test("an import answers its report at once, of pasted text and of a file", async () => {
  await using app = await createTestApp();
  const { send, tickers, cookie, path } = await withStocks(app);
  await app.publish("NVDA", "PEP");
  const pasted = await send({ action: "import", text: "NVDA\nko\n?!" });
  assert.equal(pasted.status, 200);
  assert.match(pasted.text, /Imported: 1 stock added.*On the list already.*Not a ticker/);
  const upload = new FormData();
  upload.set("action", "import");
  upload.set("text", "");
  upload.set("file", new File(["PEP\n"], "list.txt"));
  const headers = { accept: "text/html", "sec-fetch-site": "same-origin" };
  const file = await app.request(path, { body: upload, cookie, headers });
  assert.match(file.text, /Imported: 1 stock added/);
  assert.deepEqual(await tickers(), ["KO", "AAPL", "MSFT", "NVDA", "PEP"]);
});

Deno.test("a refused change is explained on the page, with the form as it was sent", async () => {
  await using app = await createTestApp();
  const { send } = await withStocks(app);
  const refusals = [
    [{ ticker: "ZZZZ9" }, 404, /No security with the ticker/],
    [{ remove: "no ticker!" }, 404, /not on the list/],
    [{ action: "create", name: " " }, 400, /name/i],
    [{ action: "move", position: "x" }, 400, /could not be understood/],
    [{ action: "promote" }, 400, /could not be understood/],
    [{ action: "import", text: " " }, 400, /Paste a list, or choose a file/],
    [{ action: "delete" }, 409, /The only list cannot be deleted/],
  ] as const;
  for (const [form, status, explanation] of refusals) {
    assertExplains(await send(form), [status, explanation]);
  }
  const named = await send({ action: "rename", name: "x".repeat(61) });
  assertExplains(named, [400, /name/i]);
  assert.ok(named.text.includes(`value="${"x".repeat(61)}"`));
});

Deno.test("a full list is 409, and so is one list more than there can be", async () => {
  await using app = await createTestApp();
  const { send, userId, first } = await withStocks(app);
  const [more = "", ...tickers] = app.deps.securities.tickers()
    .filter((ticker) => !first.tickers.includes(ticker)).slice(0, 198);
  await app.publish(...tickers);
  await app.deps.lists.addAll({ userId, listId: "first", tickers });
  assertExplains(await send({ ticker: more }), [409, /200 tickers is the most/]);
  for (let made = 1; made < 50; made++) await app.deps.lists.create({ userId, name: "More" });
  assertExplains(await send({ action: "create", name: "51" }), [409, /50 lists/]);
});

Deno.test("past the limit of changes it is 429, and the page says so", async () => {
  await using app = await createTestApp();
  const { send, userId, tickers } = await withStocks(app);
  for (
    const form of [{ ticker: "NVDA" }, { action: "import", text: "NVDA" }, {
      remove: "KO",
    }] as const
  ) {
    const answer = await app.pastListChanges(userId, () => send(form));
    assertExplains(answer, [429, /You change your lists too often; wait a few seconds/]);
  }
  assert.deepEqual(await tickers(), ["KO", "AAPL", "MSFT"]);
});

Deno.test("a store that does not answer is 503", async () => {
  await using app = await createTestApp();
  const { path, cookie } = await withStocks(app);
  await assertUnavailable(app, path, { cookie });
  await assertUnavailable(app, `${path}&export=csv`, { cookie });
  await assertUnavailable(app, path, { cookie, form: { ticker: "NVDA" } });
});

Deno.test("a form of another site, one that is too large and a malformed one are refused", async () => {
  await using app = await createTestApp();
  const { path, cookie } = await withStocks(app);
  await assertFormsGuarded(app, path, cookie);
});

Deno.test("a row has today's line once two prices of it were seen", async () => {
  await using app = await createTestApp();
  const at = Date.now();
  await app.publish(sampleQuote("KO", { at: at - 60_000 }), "MSFT");
  await app.publish(sampleQuote("KO", { at, price: price("101") }));
  const { cookie } = await app.signUp({ tickers: ["KO", "MSFT"] });
  for (const path of ["/watchlist", "/"]) {
    const { text } = await app.request(path, { cookie });
    const spark = (ticker: string) =>
      new RegExp(`data-ticker="${ticker}".*?data-part="spark">(.*?)</td>`).exec(text)?.[1];
    if (path === "/watchlist") assert.match(spark("KO") ?? "", /^<svg .*<path d="m0 16h0m1-16h0"/);
    assert.equal(spark("MSFT"), "");
  }
});
