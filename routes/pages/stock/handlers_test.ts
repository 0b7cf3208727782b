import assert from "node:assert/strict";
import { price, sampleQuote } from "../../../lib/bus/bus_fixtures.ts";
import { createTestApp, password, type TestApp } from "../../app_fixtures.ts";
import { assertLeadsTo, cookiesOf, type TestAnswer } from "../../client_fixtures.ts";
import { assertExplains, assertFormsGuarded } from "../form_fixtures.ts";

/** Apple at 190.10, after a close of 187.79. */
async function withApple(app: TestApp, members: Partial<Parameters<typeof sampleQuote>[1]> = {}) {
  const at = Date.now();
  const prices = { price: price("190.1"), previousClose: price("187.79") };
  await app.publish(sampleQuote("AAPL", { at, ...prices, ...members }));
}

function assertRedirects({ status, headers }: TestAnswer, path: string) {
  assert.deepEqual([status, headers.get("location")], [302, path]);
}

/** The text of each element of the page that has the part. */
function part(text: string, name: string): string | undefined {
  return new RegExp(`data-part="${name}"[^>]*>([^<]*)<`).exec(text)?.[1];
}

Deno.test("the page of a stock is public, and complete without a script", async () => {
  await using app = await createTestApp();
  await withApple(app);
  const { status, headers, text } = await app.request("/stocks/AAPL");
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.match(text, /<title>190\.10 \+1\.2 % AAPL · Quoteboard<\/title>/);
  assert.match(text, /<link rel="canonical" href="\/stocks\/AAPL"/);
  assert.match(text, /<meta property="og:title" content="AAPL · Apple Inc\."/);
  assert.match(
    text,
    /<meta property="og:description" content="Apple Inc\. \(AAPL\) on NASDAQ: 190/,
  );
  assert.match(text, /<h1 id="stock-name">.*AAPL.*Apple Inc\..*<\/h1>/);
  assert.match(text, /NASDAQ/);
  assert.deepEqual(
    ["price", "change", "percent", "age"].map((name) => part(text, name)),
    ["190.10", "+2.31", "+1.23%", ""],
  );
  assert.match(text, /aria-label="Opened 190\.10, low 190\.10 at \d\d:\d\d, high 190\.10 at /);
  assert.match(text, /<dt>Previous close<\/dt><dd>187\.79<\/dd>/);
  for (const fact of ["Printed", "Read", "Shown"]) {
    assert.match(text, new RegExp(`<dt>${fact}</dt><dd>\\d\\d:\\d\\d:\\d\\d</dd>`));
  }
  assert.match(text, /<dt>Source<\/dt><dd>sample<\/dd>.*<dt>State<\/dt><dd>fresh<\/dd>/);
});

Deno.test("what the source tells of the day stands on the page; after hours the regular close is a number of its own", async () => {
  await using app = await createTestApp();
  const day = { high: price("191"), low: price("188"), volume: 1_234_567 };
  await withApple(app, { session: "post", day: { ...day, regularClose: price("189.5") } });
  const { text } = await app.request("/stocks/AAPL");
  assert.equal(part(text, "price"), "190.10");
  assert.match(text, /<dt>Regular close<\/dt><dd>189\.50<\/dd>/);
  assert.match(text, /<dt>Day&#39;s range<\/dt>|<dt>Day's range<\/dt>/);
  assert.match(text, /188\.00–191\.00/);
  assert.match(text, /<dt>Volume<\/dt><dd>1,234,567<\/dd>/);
  await withApple(app, { at: Date.now() + 5_000, day: { open: price("189") } });
  const open = await app.request("/stocks/AAPL");
  assert.doesNotMatch(open.text, /<dt>(Regular close|Volume|As of)</);
});

Deno.test("a price that is not in dollars says its currency; an index has points", async () => {
  await using app = await createTestApp();
  assert.match((await app.request("/stocks/VOD.L")).text, /LSE · in GBP/);
  assert.doesNotMatch((await app.request("/stocks/AAPL")).text, / in USD/);
  assert.doesNotMatch((await app.request("/stocks/%5EFTSE")).text, / in GBP/);
});

Deno.test("what is unknown is left out: no price, no line, no previous close, no fact", async () => {
  await using app = await createTestApp();
  const { status, text } = await app.request("/stocks/KO");
  assert.equal(status, 200);
  assert.match(text, /<title>KO The Coca-Cola Company · Quoteboard/i);
  assert.match(text, /There is no price of today yet/);
  assert.doesNotMatch(text, /<dt>(Open|Previous close|Low|High|Printed|Read|Source|Volume)</);
  assert.match(text, /<dt>State<\/dt><dd>no price yet/);
  assert.equal(part(text, "age"), "no price yet");
});

Deno.test("a price that is not fresh says so, with its age", async () => {
  await using app = await createTestApp();
  const old = Date.now() - 130_000;
  await withApple(app, { asOf: old, seenAt: old });
  const { text } = await app.request("/stocks/AAPL");
  assert.equal(part(text, "age"), "2 min ago");
  assert.match(text, /<dd>not fresh: the source does not answer<\/dd>/);
});

Deno.test("after a close the page says that the market is closed", async () => {
  await using app = await createTestApp();
  await withApple(app, { session: "closed" });
  const { text } = await app.request("/stocks/AAPL");
  assert.match(part(text, "age") ?? "", /^closed, \d+ s ago$/);
  assert.match(text, /<dd>the market is closed<\/dd>/);
});

Deno.test("every spelling and every former ticker leads to the one address of the stock", async () => {
  await using app = await createTestApp();
  for (
    const [path, target] of [
      ["/stocks/aapl", "/stocks/AAPL"],
      ["/stocks/NASDAQ:AAPL", "/stocks/AAPL"],
      ["/stocks/%20aapl?list=x%26y", "/stocks/AAPL?list=x%26y"],
      ["/stocks/brk-b", "/stocks/BRK.B"],
      ["/stocks/BRK%2FB", "/stocks/BRK.B"],
      ["/stocks/FB", "/stocks/META"],
    ] as const
  ) {
    assertRedirects(await app.request(path), target);
  }
  assert.equal((await app.request("/stocks/BRK.B/")).status, 200);
});

Deno.test("an unknown stock is 404, with the nearest ones as links", async () => {
  await using app = await createTestApp();
  const { status, text } = await app.request("/stocks/APPL");
  assert.equal(status, 404);
  assert.match(text, /<a href="\/stocks\/AAPL"><b>AAPL<\/b>/);
  const gone = await app.request("/stocks/TWTR");
  assert.equal(gone.status, 404);
  assert.match(gone.text, /taken private/);
  const nothing = await app.request(
    `/stocks/${encodeURIComponent(`"><script>${"z".repeat(300)}`)}`,
  );
  assert.equal(nothing.status, 404);
  assert.doesNotMatch(nothing.text, /<script>z|Did you mean/);
  assert.equal((await app.request("/stocks/%E0%A4%A")).status, 404);
});

Deno.test("a user sees on which lists the stock is, and puts it on and off", async () => {
  await using app = await createTestApp();
  await withApple(app);
  const { cookie, userId, tickers } = await withLists(app);
  const { first, second } = await tickers();
  const path = `/stocks/AAPL?list=${second.id}`;
  const before = await app.request(path, { cookie });
  assert.match(before.text, new RegExp(`name="add" value="${second.id}".*Add to Chips`));
  assertLeadsTo(await app.request(path, { cookie, form: { add: second.id } }), path);
  assertLeadsTo(await app.request(path, { cookie, form: { add: second.id } }), path);
  assert.deepEqual((await tickers()).second.tickers, ["NVDA", "AAPL"]);
  const after = await app.request(path, { cookie });
  assert.match(after.text, new RegExp(`name="remove" value="${second.id}"`));
  assert.match(after.text, new RegExp(`Add to another list.*name="add" value="${first.id}"`));
  for (let press = 0; press < 2; press++) {
    assertLeadsTo(
      await app.request("/stocks/AAPL", { cookie, form: { remove: second.id } }),
      "/stocks/AAPL",
    );
  }
  assert.deepEqual((await app.deps.store.lists(userId)).map(({ tickers }) => tickers), [
    ["KO", "MSFT", "PEP"],
    ["NVDA"],
  ]);
});

Deno.test("a list's page has the way to its previous and next stock, another's list has none", async () => {
  await using app = await createTestApp();
  const { cookie, tickers } = await withLists(app);
  const { first } = await tickers();
  const show = async (path: string, user = cookie) =>
    [...(await app.request(path, { cookie: user })).text.matchAll(
      /rel="(?:prev|next)" href="([^"]*)/g,
    )]
      .map(([, href]) => href);
  const at = (ticker: string) => `/stocks/${ticker}?list=${first.id}`;
  assert.deepEqual(await show(at("KO")), [at("MSFT")]);
  assert.deepEqual(await show(at("MSFT")), [at("KO"), at("PEP")]);
  assert.deepEqual(await show(at("PEP")), [at("MSFT")]);
  const stranger = await app.signUp();
  for (const user of ["", stranger.cookie]) assert.deepEqual(await show(at("MSFT"), user), []);
  for (const path of ["/stocks/MSFT", at("AAPL"), "/stocks/MSFT?list=nonsense"]) {
    assert.deepEqual(await show(path), []);
  }
});

Deno.test("a change that is refused is explained on the page of the stock", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  const other = await withLists(app);
  const { first } = await other.tickers();
  const refusals = [[{ add: first.id }, 404], [{ add: "nonsense" }, 404], [{}, 400]] as const;
  for (const [form, status] of refusals) {
    assertExplains(await app.request("/stocks/AAPL", { cookie, form }), [status, /\w/]);
  }
  const full = app.deps.securities.tickers().filter((ticker) => ticker !== "AAPL").slice(0, 200);
  await app.deps.lists.addAll({ userId: other.userId, listId: first.id, tickers: full });
  const answer = await app.request("/stocks/AAPL", {
    cookie: other.cookie,
    form: { add: first.id },
  });
  assertExplains(answer, [409, /200 tickers is the most/]);
});

Deno.test("a stranger's star leads to the registration, and comes back with the stock added", async () => {
  await using app = await createTestApp();
  await withApple(app);
  const { text } = await app.request("/stocks/AAPL");
  assert.match(text, /<a class="button" href="\/register\?add=AAPL"/);
  assertLeadsTo(await app.request("/stocks/AAPL", { form: { add: "x" } }), "/register?add=AAPL");
  const registration = await app.request("/register?add=aapl");
  assert.match(registration.text, /action="\/register\?add=AAPL".*href="\/login\?add=AAPL"/);
  const form = { username: "newcomer", password };
  const refused = await app.request("/register?add=AAPL", { form: { ...form, password: "x" } });
  assert.match(refused.text, /action="\/register\?add=AAPL"/);
  const answer = await app.request("/register?add=AAPL", { form });
  assertLeadsTo(answer, "/stocks/AAPL");
  const cookie = `qb_access=${cookiesOf(answer).qb_access?.split(";")[0]}`;
  assert.match((await app.request("/stocks/AAPL", { cookie })).text, /name="remove"/);
  assertLeadsTo(await app.request("/register?add=AAPL", { cookie }), "/stocks/AAPL");
});

Deno.test("the sign-in adds the stock too, and never leads to another site", async () => {
  await using app = await createTestApp();
  const { username, userId } = await app.signUp();
  const form = { username, password };
  const wrong = await app.request("/login?add=AAPL", { form: { username, password: "wrong one" } });
  assert.match(wrong.text, /action="\/login\?add=AAPL".*href="\/register\?add=AAPL"/);
  assertLeadsTo(await app.request("/login?add=AAPL", { form }), "/stocks/AAPL");
  assert.deepEqual((await app.deps.store.lists(userId))[0]?.tickers, ["AAPL"]);
  for (const add of ["//evil.example", "https://evil.example", "ZZZZ9", ""]) {
    const path = `/login?add=${encodeURIComponent(add)}`;
    assertLeadsTo(await app.request(path, { form }), "/watchlist");
  }
});

Deno.test("a stock that no longer fits the list is told after the sign-in", async () => {
  await using app = await createTestApp();
  const { username, userId, cookie } = await app.signUp();
  const tickers = app.deps.securities.tickers().filter((ticker) => ticker !== "AAPL").slice(0, 200);
  await app.deps.lists.addAll({ userId, listId: "first", tickers });
  const answer = await app.request("/login?add=AAPL", { form: { username, password } });
  assertLeadsTo(answer, "/stocks/AAPL?not-added");
  assert.match(
    (await app.request("/stocks/AAPL?not-added", { cookie })).text,
    /could not be added/,
  );
});

Deno.test("without the store the price is shown, and the page says that the lists are out of reach", async () => {
  await using app = await createTestApp();
  await withApple(app);
  const { cookie } = await app.signUp();
  const answer = await app.withoutStore(() => app.request("/stocks/AAPL", { cookie }));
  assert.equal(answer.status, 200);
  assert.equal(part(answer.text, "price"), "190.10");
  assert.match(answer.text, /Your lists cannot be read at the moment/);
});

Deno.test("the rows of the home page and of a list lead to their stock", async () => {
  await using app = await createTestApp();
  const { cookie, tickers } = await withLists(app);
  const { first } = await tickers();
  assert.match(
    (await app.request("/")).text,
    /<tr [^>]*data-ticker="AAPL"><th [^>]*><a href="\/stocks\/AAPL">/,
  );
  const list = await app.request("/watchlist", { cookie });
  assert.ok(list.text.includes(`<a href="/stocks/KO?list=${first.id}">KO</a>`));
});

Deno.test("a form of another site, one that is too large and a malformed one are refused", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  await assertFormsGuarded(app, "/stocks/AAPL", cookie);
});

/** A user with two lists: three stocks on the first, one on "Chips". */
async function withLists(app: TestApp) {
  const user = await app.signUp({ tickers: ["KO", "MSFT", "PEP"] });
  const { userId } = user;
  const { id } = await app.deps.lists.create({ userId, name: "Chips" });
  await app.request(`/api/watchlists/${id}/items`, { json: { ticker: "NVDA" }, token: user.token });
  return {
    ...user,
    async tickers() {
      const [first, second] = await app.deps.store.lists(userId);
      assert.ok(first && second);
      return { first, second };
    },
  };
}
