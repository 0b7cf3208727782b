import { signal } from "@preact/signals";
import assert from "node:assert/strict";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { pageList } from "../browser/page.ts";
import { openPage, type TestPage } from "../page_fixtures.ts";
import { Search, type SearchProps } from "./Search.tsx";

const found = [
  { ticker: "AAPL", name: "Apple Inc." },
  { ticker: "APLE", name: "Apple Hospitality REIT" },
];
const field = "#search-input";

/** A page with a search beside a list that holds APLE; what the search adds is noted. */
async function openSearch(props: Partial<SearchProps> = {}) {
  const page = openPage();
  const added: string[] = [];
  pageList.value = { tickers: signal(["APLE"]), add: ({ ticker }) => void added.push(ticker) };
  await page.show(h(Search, { list: "l1", ...props }));
  page.find(field).focus();
  return {
    page,
    added,
    async [Symbol.asyncDispose]() {
      pageList.value = undefined;
      await page[Symbol.asyncDispose]();
    },
  };
}

async function type(page: TestPage, text: string) {
  page.find<HTMLInputElement>(field).value = text;
  await page.dispatch(page.find(field), new Event("input", { bubbles: true }));
  await page.pass(150);
}

function isOpen(page: TestPage): boolean {
  const { hidden } = page.find(".popup");
  assert.equal(page.find(field).getAttribute("aria-expanded"), String(!hidden));
  return !hidden;
}

Deno.test("by keyboard: what is typed is searched, arrows choose, Enter adds", async () => {
  await using search = await openSearch();
  const { page, added } = search;
  await type(page, "apple");
  assert.deepEqual(page.texts(".popup p"), ["Searching…"]);
  await page.answer(Response.json(found));
  assert.deepEqual(page.requests.map(({ path }) => path), ["/api/securities?query=apple&limit=8"]);
  assert.deepEqual(page.texts("[role=option] b"), ["AAPL", "APLE"]);
  assert.deepEqual(page.texts("[role=option] .chip"), ["On your list"]);
  assert.deepEqual(page.texts("[role=status]"), ["2 results."]);
  assert.equal(page.find(field).getAttribute("aria-activedescendant"), null);
  for (const [key, ticker] of [["ArrowDown", "AAPL"], ["End", "APLE"], ["ArrowDown", "AAPL"]]) {
    assert.ok((await page.key(key!)).defaultPrevented, "the text's own cursor stays");
    assert.equal(page.find("[aria-selected=true] b").textContent, ticker);
  }
  assert.equal(page.find(field).getAttribute("aria-activedescendant"), "search-option-0");
  await page.submit("form.search");
  assert.deepEqual(added, ["AAPL"]);
  assert.equal(page.find<HTMLInputElement>(field).value, "");
  assert.ok(!isOpen(page));
});

Deno.test("a press on an option adds it, and does not take the focus from the field", async () => {
  await using search = await openSearch();
  const { page, added } = search;
  await type(page, "apple");
  await page.answer(Response.json(found));
  const down = new MouseEvent("mousedown", { bubbles: true, cancelable: true });
  await page.dispatch(page.find("#search-option-1"), down);
  assert.ok(down.defaultPrevented);
  await page.press("#search-option-1");
  assert.deepEqual(added, ["APLE"]);
  assert.ok(!isOpen(page));
});

Deno.test("Escape closes, ArrowDown asks for what the field holds, and leaving the field closes", async () => {
  await using search = await openSearch();
  const { page } = search;
  await type(page, "apple");
  await page.answer(Response.json(found));
  assert.ok((await page.key("Escape")).defaultPrevented);
  assert.ok(!isOpen(page));
  assert.ok(!(await page.key("Escape")).defaultPrevented, "then it is the browser's: it empties");
  await page.key("ArrowDown");
  assert.ok(isOpen(page));
  await page.answer(Response.json(found.slice(0, 1)));
  assert.deepEqual(page.texts("[role=status]"), ["1 result."]);
  await page.dispatch(page.find(field), new Event("blur"));
  assert.ok(!isOpen(page));
});

Deno.test("marking text by Shift and an arrow moves no option", async () => {
  await using search = await openSearch();
  const { page } = search;
  await type(page, "apple");
  await page.answer(Response.json(found));
  assert.ok(!(await page.key("End", { shiftKey: true })).defaultPrevented);
  assert.deepEqual(page.texts("[aria-selected=true]"), []);
});

Deno.test("a search without a match and one without an answer say so, and the latter is tried again", async () => {
  await using search = await openSearch();
  const { page, added } = search;
  await type(page, "zzz");
  await page.answer(Response.json([]));
  assert.deepEqual(page.texts(".popup p"), ["No stock matches “zzz”."]);
  assert.deepEqual(page.texts("[role=status]"), ["No results."]);
  assert.equal(page.requests.at(-1)?.path, "/api/securities/nearest?query=zzz");
  await page.answer(Response.json({ covered: "2 US stocks and funds", nearest: [] }));
  assert.deepEqual(page.texts(".popup p"), [
    "No stock matches “zzz”.",
    "Covered: 2 US stocks and funds.",
  ]);
  await page.submit("form.search");
  assert.deepEqual(added, [], "nothing is there to take");

  await type(page, "apple");
  await page.answer(new Response("", { status: 503 }));
  assert.deepEqual(page.texts("[role=status]"), ["The search did not answer."]);
  await page.press(".popup p button");
  await page.answer(Response.json(found));
  assert.deepEqual(page.texts("[role=option] b"), ["AAPL", "APLE"]);
});

Deno.test("a search without a match shows the nearest names, which a press adds and Enter does not", async () => {
  await using search = await openSearch();
  const { page, added } = search;
  await type(page, "aplex");
  await page.answer(Response.json([]));
  await page.answer(Response.json({ covered: "2 US stocks and funds", nearest: found }));
  assert.deepEqual(page.texts(".popup button"), ["Add AAPL", "Add APLE"]);
  await page.submit("form.search");
  assert.deepEqual(added, []);
  await page.press(".popup button");
  assert.deepEqual(added, ["AAPL"]);
});

Deno.test("Enter before the answer asks at once, and takes nothing of an older search", async () => {
  await using search = await openSearch();
  const { page, added } = search;
  await type(page, "apple");
  await page.answer(Response.json(found));
  page.find<HTMLInputElement>(field).value = "microsoft";
  await page.submit("form.search");
  assert.deepEqual(added, []);
  assert.equal(page.requests.at(-1)?.path, "/api/securities?query=microsoft&limit=8");
});

Deno.test("without a live list on the page the form goes to the server", async () => {
  await using search = await openSearch({ query: "apple" });
  const { page } = search;
  pageList.value = undefined;
  assert.equal(page.find<HTMLInputElement>(field).value, "apple");
  assert.ok(!(await page.submit("form.search")).defaultPrevented);
  assert.equal(page.find("form.search").getAttribute("action"), "/watchlist");
  assert.deepEqual(page.requests, []);
});

Deno.test("what was typed while the island loaded is searched", async () => {
  await using page = openPage(renderToString(h(Search, { list: "l1" })));
  page.find<HTMLInputElement>(field).value = "tesla";
  page.find(field).focus();
  await page.hydrate(h(Search, { list: "l1" }));
  await page.pass(150);
  assert.deepEqual(page.requests.map(({ path }) => path), ["/api/securities?query=tesla&limit=8"]);
});
