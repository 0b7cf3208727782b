import assert from "node:assert/strict";
import { openPage, type TestPage } from "../page_fixtures.ts";
import { updateListBar } from "./list_bar.ts";

type Lists = readonly { readonly id: string; readonly name: string }[];

const one: Lists = [{ id: "l1", name: "First" }];
const two: Lists = [...one, { id: "l2", name: "Chips" }];
const three: Lists = [...two, { id: "l3", name: "Cars" }];
const pauseMs = 500;

function barOf(lists: Lists): string {
  const tabs = lists.map(({ id, name }) => `<a href="/watchlist?list=${id}">${name}</a>`).join("");
  return `<div class="list-bar" data-lists='${JSON.stringify(lists)}'>${tabs}` +
    `<details><summary>Edit list</summary></details></div>`;
}

function pageOf(lists: Lists): Response {
  return new Response(`<!DOCTYPE html><body>${barOf(lists)}</body>`);
}

function noteOf(lists: Lists): string {
  return JSON.stringify(lists);
}

function tabs(page: TestPage): string {
  return page.texts(".list-bar a").join(" ");
}

Deno.test("a list made elsewhere gets its tab from the server's page, and the focus stays", async () => {
  await using page = openPage(barOf(one));
  page.find("summary").tabIndex = 0;
  page.find("summary").focus();
  const renewed = updateListBar("l1", noteOf(two));
  await page.pass(pauseMs);
  assert.deepEqual(page.requests.map(({ path }) => path), ["/watchlist?list=l1"]);
  await page.answer(pageOf(two));
  await renewed;
  assert.equal(tabs(page), "First Chips");
  assert.equal(document.activeElement, page.find("summary"));
});

Deno.test("a bar that shows the lists already is left as it is", async () => {
  await using page = openPage(barOf(two));
  const bar = page.find(".list-bar");
  const renewed = updateListBar("l1", noteOf(two));
  await page.pass(pauseMs);
  await renewed;
  assert.deepEqual(page.requests, []);
  assert.equal(page.find(".list-bar"), bar);
});

Deno.test("changes that come one after another are one renewal, a later one is another", async () => {
  await using page = openPage(barOf(one));
  void updateListBar("l1", noteOf(two));
  const renewed = updateListBar("l1", noteOf(three));
  await page.pass(pauseMs);
  const again = updateListBar("l1", noteOf(two));
  await page.answer(pageOf(three));
  assert.equal(tabs(page), "First Chips Cars");
  await page.pass(pauseMs);
  await page.answer(pageOf(two));
  await Promise.all([renewed, again]);
  assert.equal(tabs(page), "First Chips");
  assert.equal(page.requests.length, 2);
});

Deno.test("nothing moves while a menu is open", async () => {
  await using page = openPage(barOf(one));
  const menu = page.find<HTMLDetailsElement>("details");
  menu.open = true;
  const renewed = updateListBar("l1", noteOf(two));
  await page.pass(60_000);
  assert.deepEqual(page.requests, []);
  menu.open = false;
  await page.pass(0);
  await page.answer(pageOf(two));
  await renewed;
  assert.equal(tabs(page), "First Chips");
});

Deno.test("a page that cannot be read leaves the bar, and the next change renews it", async () => {
  await using page = openPage(barOf(one));
  const failed = updateListBar("l1", noteOf(two));
  await page.pass(pauseMs);
  await page.refuse();
  await failed;
  assert.equal(tabs(page), "First");
  const without = updateListBar("l1", noteOf(two));
  await page.pass(pauseMs);
  await page.answer(new Response("<p>Signed out</p>"));
  await without;
  assert.equal(tabs(page), "First");
  const renewed = updateListBar("l1", noteOf(two));
  await page.pass(pauseMs);
  await page.answer(pageOf(two));
  await renewed;
  assert.equal(tabs(page), "First Chips");
});
