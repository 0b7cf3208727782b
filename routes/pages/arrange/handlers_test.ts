import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../../app_fixtures.ts";
import { assertLeadsTo } from "../../client_fixtures.ts";
import {
  assertErrorPage,
  assertExplains,
  assertFormsGuarded,
  assertUnavailable,
} from "../form_fixtures.ts";

const path = "/watchlist/arrange";

/** A user with three stocks on the first list. */
async function withStocks(app: TestApp) {
  const user = await app.signUp({ tickers: ["KO", "AAPL", "MSFT"] });
  const tickers = async () => (await app.deps.store.lists(user.userId))[0]?.tickers;
  const [list] = await app.deps.store.lists(user.userId);
  assert.ok(list);
  const page = `${path}?list=${list.id}`;
  const move = (place: string) => app.request(page, { form: { place }, cookie: user.cookie });
  return { ...user, tickers, page, move };
}

Deno.test("the page leads strangers to the sign-in", async () => {
  await using app = await createTestApp();
  assertLeadsTo(await app.request(path), "/login");
  assertLeadsTo(await app.request(path, { form: { place: "KO 1" } }), "/login");
});

Deno.test("the page shows the stocks of its list in order, the first list without a name", async () => {
  await using app = await createTestApp();
  const { cookie, page } = await withStocks(app);
  for (const address of [path, page]) {
    const { status, headers, text } = await app.request(address, { cookie });
    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "no-store");
    const rows = [...text.matchAll(/<li id="([^"]*)"/g)].map(([, ticker]) => ticker);
    assert.deepEqual(rows, ["KO", "AAPL", "MSFT"]);
  }
});

Deno.test("a moved row is shown at its place", async () => {
  await using app = await createTestApp();
  const { move, tickers, page } = await withStocks(app);
  assertLeadsTo(await move("ko 1"), `${page}#KO`);
  assert.deepEqual(await tickers(), ["AAPL", "KO", "MSFT"]);
  assertLeadsTo(await move("AAPL 200"), `${page}#AAPL`);
  assert.deepEqual(await tickers(), ["KO", "MSFT", "AAPL"]);
});

Deno.test("a ticker that was removed elsewhere is 404, on the page with the present list", async () => {
  await using app = await createTestApp();
  const { move } = await withStocks(app);
  const answer = await move("NVDA 0");
  assertExplains(answer, [404, /not on the list/]);
  assert.match(answer.text, /<li id="KO"/);
});

Deno.test("a text that is not a ticker and a position is 400", async () => {
  await using app = await createTestApp();
  const { move, tickers } = await withStocks(app);
  for (const place of ["", "KO", "KO -1", "KO 201", "KO x", "no! 1"]) {
    assertExplains(await move(place), [400, /could not be understood/]);
  }
  assert.deepEqual(await tickers(), ["KO", "AAPL", "MSFT"]);
});

Deno.test("another user's list, and a text that is not an id, are 404", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  const { page, tickers } = await withStocks(app);
  const headers = { accept: "text/html" };
  for (const address of [page, `${path}?list=nonsense`]) {
    const shown = await app.request(address, { cookie, headers });
    assertErrorPage(shown, [404, /Page not found/]);
    const moved = await app.request(address, { cookie, form: { place: "KO 1" } });
    assertErrorPage(moved, [404, /Page not found/]);
  }
  assert.deepEqual(await tickers(), ["KO", "AAPL", "MSFT"]);
});

Deno.test("a store that does not answer is 503", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  await assertUnavailable(app, path, { cookie });
  await assertUnavailable(app, path, { cookie, form: { place: "KO 1" } });
});

Deno.test("a form of another site, one that is too large and a malformed one are refused", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  await assertFormsGuarded(app, path, cookie);
});
