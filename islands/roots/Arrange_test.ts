import assert from "node:assert/strict";
import { h } from "preact";
import { openPage, type TestPage } from "../page_fixtures.ts";
import { Arrange } from "./Arrange.tsx";

const rows = ["AAPL", "KO", "MSFT", "T"].map((ticker) => ({ ticker, name: `${ticker} Inc.` }));
const done = () => Response.json({ id: "l1", version: 2, tickers: [] });
const rowHeight = 40;

async function openArrange(shown = rows): Promise<TestPage> {
  const page = openPage();
  await page.show(h(Arrange, { list: { id: "l1", name: "My watchlist" }, rows: shown }));
  return page;
}

function order(page: TestPage): string {
  return page.texts(".arrange b").join(" ");
}

async function move(page: TestPage, label: string) {
  const button = page.find<HTMLButtonElement>(`[aria-label="${label}"]`);
  button.focus();
  await page.submit("form", button);
}

function saved(page: TestPage): string[] {
  return page.requests.map(({ method, path, body }) => {
    assert.equal(`${method} ${path}`, "PUT /api/watchlists/l1/order");
    return JSON.stringify(body);
  });
}

Deno.test("a stock is moved by its buttons, keeps the focus, and the order is saved", async () => {
  await using page = await openArrange();
  assert.deepEqual(page.texts("[role=status]"), ["Drag a stock, or move it by its arrows."]);
  await move(page, "Move MSFT up");
  assert.equal(order(page), "AAPL MSFT KO T");
  assert.deepEqual(page.texts("[role=status]"), ["MSFT is 2 of 4."]);
  assert.equal(document.activeElement?.getAttribute("aria-label"), "Move MSFT up");
  await page.answer(done());
  await move(page, "Move T to the top");
  await page.answer(done());
  assert.deepEqual(saved(page), [
    `{"tickers":["AAPL","MSFT","KO","T"]}`,
    `{"tickers":["T","AAPL","MSFT","KO"]}`,
  ]);
});

Deno.test("at its end a stock stays, and nothing is saved", async () => {
  await using page = await openArrange();
  for (const label of ["Move AAPL up", "Move AAPL to the top", "Move T down"]) {
    assert.equal(page.find(`[aria-label="${label}"]`).getAttribute("aria-disabled"), "true");
    await move(page, label);
  }
  assert.equal(order(page), "AAPL KO MSFT T");
  assert.deepEqual(page.requests, []);
});

Deno.test("an order that was not saved is reported, and saved when tried again", async () => {
  await using page = await openArrange();
  await move(page, "Move KO up");
  await page.answer(new Response("", { status: 503 }));
  const text = "The order was not saved. The server refused that.";
  assert.deepEqual(page.texts("[role=alert] p"), [text]);
  assert.equal(order(page), "KO AAPL MSFT T", "what the user did stays");
  await page.press("[role=alert] button");
  await page.answer(done());
  assert.deepEqual(page.texts("[role=alert] p"), []);
  assert.equal(saved(page).length, 2);
});

Deno.test("Done waits for the order to be saved, and does not hold back when there is nothing to save", async () => {
  await using page = await openArrange();
  const leave = () => page.press("a.button");
  assert.ok(!(await leave()).defaultPrevented);
  await move(page, "Move KO up");
  assert.ok((await leave()).defaultPrevented);
  assert.deepEqual(page.visits, []);
  await page.answer(done());
  assert.deepEqual(page.visits, ["http://127.0.0.1/watchlist?list=l1"]);
});

Deno.test("an order that cannot be saved does not keep the user on the page", async () => {
  await using page = await openArrange();
  await move(page, "Move KO up");
  await page.answer(new Response("", { status: 503 }));
  assert.ok(!(await page.press("a.button")).defaultPrevented);
});

Deno.test("a user who is signed out meanwhile goes to the sign-in", async () => {
  await using page = await openArrange();
  await move(page, "Move KO up");
  await page.answer(new Response("", { status: 401 }));
  await page.answer(new Response("", { status: 401 }));
  assert.deepEqual(page.visits, ["/login?signed-out"]);
});

Deno.test("a stock is dragged over the others, and saved once when it is let go", async () => {
  await using page = await openArrange();
  await grip(page, "T");
  assert.ok(page.find("#T").classList.contains("dragged"));
  await drag(page, "pointermove", 2);
  assert.equal(order(page), "AAPL KO T MSFT");
  await drag(page, "pointermove", 2);
  await drag(page, "pointermove", 0);
  assert.equal(order(page), "T AAPL KO MSFT");
  await drag(page, "pointermove", 9);
  assert.deepEqual(page.requests, []);
  await drag(page, "pointerup", 0);
  await page.answer(done());
  assert.ok(!page.find("#T").classList.contains("dragged"));
  await drag(page, "pointermove", 3);
  assert.deepEqual(saved(page), [`{"tickers":["T","AAPL","KO","MSFT"]}`]);
});

Deno.test("the second button of a mouse drags nothing", async () => {
  await using page = await openArrange();
  await grip(page, "T", 2);
  await drag(page, "pointermove", 0);
  assert.equal(order(page), "AAPL KO MSFT T");
});

Deno.test("a list without a stock says so", async () => {
  await using page = await openArrange([]);
  assert.deepEqual(page.texts(".empty"), ["There are no stocks on this list yet."]);
});

/** Rows stand one below the other, as a browser would place them. */
async function grip(page: TestPage, ticker: string, button = 0) {
  for (const row of document.querySelectorAll("li")) {
    row.getBoundingClientRect = () => {
      const place = [...row.parentElement!.children].indexOf(row);
      return new DOMRect(0, place * rowHeight, 300, rowHeight);
    };
  }
  const down = new MouseEvent("pointerdown", { bubbles: true, cancelable: true, button });
  await page.dispatch(page.find(`#${ticker} .grip`), down);
  assert.equal(down.defaultPrevented, button === 0);
}

function drag(page: TestPage, type: "pointermove" | "pointerup", place: number) {
  const clientY = place * rowHeight + rowHeight / 2;
  return page.dispatch(document, new MouseEvent(type, { clientY, bubbles: true }));
}
