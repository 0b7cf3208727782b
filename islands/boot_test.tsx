import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { boot } from "./boot.ts";
import { openPage, type TestPage } from "./page_fixtures.ts";
import { Arrange } from "./roots/Arrange.tsx";
import { Search } from "./roots/Search.tsx";

const arranged = {
  list: { id: "l1", name: "My watchlist" },
  rows: [{ ticker: "AAPL", name: "Apple Inc." }, { ticker: "KO", name: "Coca-Cola" }],
};

function host(island: string, html: string, { props = {}, load = "page" } = {}): string {
  return `<div data-island="${island}" data-load="${load}">${html}</div>` +
    `<script type="application/json">${JSON.stringify(props)}</script>`;
}

/** Of this process: a page has its own. */
const listen = addEventListener;

const islands = {
  Arrange: () => import("./roots/Arrange.tsx"),
  Search: () => import("./roots/Search.tsx"),
};

async function start(page: TestPage): Promise<void> {
  boot(islands);
  await loaded(page);
}

/** Islands are files, and reading one takes real time. */
async function loaded(page: TestPage): Promise<void> {
  await Promise.all(Object.values(islands).map((load) => load()));
  await page.pass(0);
}

Deno.test("an island comes to life with the page, from the props beside it", async () => {
  await using page = openPage(
    host("Arrange", renderToString(<Arrange {...arranged} />), { props: arranged }),
  );
  await start(page);
  await page.submit("form", page.find("[aria-label='Move KO up']"));
  assert.deepEqual(page.texts(".arrange b"), ["KO", "AAPL"]);
});

Deno.test("an island that waits for the user comes to life at the first touch", async () => {
  await using page = openPage(
    host("Search", renderToString(<Search list="l1" />), {
      props: { list: "l1" },
      load: "interaction",
    }),
  );
  await start(page);
  const input = page.find<HTMLInputElement>("#search-input");
  await page.key("ArrowDown");
  assert.deepEqual(page.requests, []);
  input.value = "apple";
  input.focus();
  await loaded(page);
  await page.key("ArrowDown");
  assert.deepEqual(page.requests.map(({ path }) => path), ["/api/securities?query=apple&limit=8"]);
});

Deno.test("an island that the user is in already starts at once", async () => {
  await using page = openPage(
    host("Search", renderToString(<Search list="l1" />), {
      props: { list: "l1" },
      load: "interaction",
    }),
  );
  const input = page.find<HTMLInputElement>("#search-input");
  input.value = "apple";
  input.focus();
  await start(page);
  await page.pass(1_000);
  assert.equal(page.requests.length, 1, "what was typed is searched");
});

for (
  const [what, island, reason] of [
    ["that cannot start", "Arrange", /TypeError/],
    ["of an unknown name", "Nowhere", /Nowhere/],
  ] as const
) {
  Deno.test(`an island ${what} leaves the server's page, and marks it for the style sheet`, async () => {
    await using page = openPage(host(island, "<p>As the server made it</p>"));
    const failed = nextRejection();
    await start(page);
    assert.match(await failed, reason);
    assert.equal(page.find("[data-island]").dataset.failed, "");
    assert.deepEqual(page.texts("p"), ["As the server made it"]);
  });
}

/** What nobody handles goes to the browser's console; here it would fail the test. */
function nextRejection(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  listen("unhandledrejection", (event) => {
    event.preventDefault();
    resolve(String(event.reason));
  }, { once: true });
  return promise;
}
