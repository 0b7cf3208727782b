import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../../app_fixtures.ts";

const rowCount = 8;

async function publishMostWatched({ deps, publish }: TestApp) {
  const tickers = deps.securities.tickers().slice(0, rowCount);
  await publish(...tickers);
  return tickers;
}

Deno.test("the start page shows the most watched stocks, and where to begin", async () => {
  await using app = await createTestApp();
  const tickers = await publishMostWatched(app);
  const { status, headers, text } = await app.request("/");
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-store");
  const rows = [...text.matchAll(/<th role="rowheader"[^>]*><a [^>]*>([^<]*)/g)].map(([, ticker]) =>
    ticker
  );
  assert.deepEqual(rows, tickers);
  assert.equal(text.match(/>100\.00</g)?.length, rowCount);
  assert.match(text, /<a class="button" href="\/register">/);
  assert.doesNotMatch(text, /Simulated prices/);
});

Deno.test("a signed-in user is led to the watchlist", async () => {
  await using app = await createTestApp();
  await publishMostWatched(app);
  const { cookie } = await app.signUp();
  const { text } = await app.request("/", { cookie });
  assert.match(text, /<a class="button" href="\/watchlist">/);
  assert.doesNotMatch(text, /href="\/register"/);
});

Deno.test("simulated prices are marked as simulated", async () => {
  await using app = await createTestApp({ source: { name: "simulated", notice: "Not real." } });
  await publishMostWatched(app);
  assert.match((await app.request("/")).text, /Simulated prices/);
});

Deno.test("the start page needs no store", async () => {
  await using app = await createTestApp();
  await publishMostWatched(app);
  const { cookie } = await app.signUp();
  const answer = await app.withoutStore(() => app.request("/", { cookie }));
  assert.equal(answer.status, 200);
});
