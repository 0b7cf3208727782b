import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../../lib/clock.ts";
import type { FoundSecurity } from "../browser/api.ts";
import { createSearchStore } from "./search_store.ts";

/** A search whose server answers when the test calls `answer`. */
function startSearch() {
  const timers = FakeTimers.createClock(0);
  const requests: {
    query: string;
    signal: AbortSignal;
    answer(found: FoundSecurity[] | undefined): void;
  }[] = [];
  const search = createSearchStore({
    clock: createClock(timers),
    api: {
      nearest: () => Promise.resolve(undefined),
      search: (query, signal) =>
        new Promise((resolve) => requests.push({ query, signal, answer: resolve })),
    },
  });
  return {
    search,
    timers,
    requests,
    queries: () => requests.map(({ query }) => query),
    async answer(index: number, tickers: string[] | undefined) {
      const request = requests[index];
      assert.ok(request, `request ${index} was not made`);
      request.answer(tickers?.map((ticker) => ({ ticker, name: `${ticker} Inc.` })));
      await timers.tickAsync(0);
    },
  };
}

function options(search: ReturnType<typeof startSearch>["search"]): string {
  const state = search.state.value;
  return state.kind === "found" ? state.options.map(({ ticker }) => ticker).join(" ") : state.kind;
}

Deno.test("only the last text of a burst of typing is searched", async () => {
  const { search, timers, queries, answer } = startSearch();
  for (const text of ["a", "ap", "app "]) {
    search.type(text);
    timers.tick(100);
  }
  timers.tick(100);
  assert.deepEqual(queries(), ["app"]);
  await answer(0, ["AAPL"]);
  assert.equal(options(search), "AAPL");
  assert.equal(search.chosen()?.ticker, "AAPL");
});

Deno.test("a late answer to an older request is dropped, and that request is aborted", async () => {
  const { search, requests, answer } = startSearch();
  void search.ask("a");
  void search.ask("ap");
  assert.ok(requests[0]?.signal.aborted);
  await answer(1, ["AAPL"]);
  await answer(0, ["A", "AA"]);
  assert.equal(options(search), "AAPL");
});

Deno.test("an emptied field closes the list and sends nothing", async () => {
  const { search, timers, queries, answer } = startSearch();
  void search.ask("a");
  await answer(0, ["AAPL"]);
  search.type("  ");
  timers.tick(1_000);
  assert.equal(options(search), "idle");
  assert.deepEqual(queries(), ["a"]);
});

Deno.test("Escape closes the list, and an answer that arrives later does not open it", async () => {
  const { search, answer } = startSearch();
  void search.ask("a");
  search.close();
  await answer(0, ["AAPL"]);
  assert.equal(options(search), "idle");
});

Deno.test("a failed search is reported and can be retried", async () => {
  const { search, answer } = startSearch();
  void search.ask("a");
  await answer(0, undefined);
  assert.deepEqual(search.state.value, { kind: "failed", query: "a" });
  void search.ask("a");
  await answer(1, ["AAPL"]);
  assert.equal(options(search), "AAPL");
});

Deno.test("without a match there is nothing to choose", async () => {
  const { search, answer } = startSearch();
  void search.ask("zzz");
  await answer(0, []);
  search.move("next");
  assert.deepEqual([options(search), search.chosen()], ["", undefined]);
});

Deno.test("arrow keys wrap, Home and End go to the ends", async () => {
  const { search, answer } = startSearch();
  void search.ask("a");
  await answer(0, ["A", "B", "C"]);
  const chosen = (["next", "next", "next", "previous", "first", "last"] as const).map((move) => {
    search.move(move);
    return search.chosen()?.ticker;
  });
  assert.deepEqual(chosen, ["A", "B", "C", "B", "A", "C"]);
});
