import assert from "node:assert/strict";
import { effect } from "@preact/signals";
import type { ChangeOutcome } from "../browser/api.ts";
import { createListStore, waitingChangesMax } from "./list_store.ts";

/** A list whose server answers when the test calls `answer`. */
function startList(tickers: string[] = ["AAPL", "MSFT"]) {
  const requests: string[] = [];
  const answers: ((outcome: ChangeOutcome) => void)[] = [];
  const signedOut: true[] = [];
  function ask(text: string): Promise<ChangeOutcome> {
    requests.push(text);
    return new Promise((resolve) => answers.push(resolve));
  }
  const list = createListStore({ name: "My watchlist", version: 5, tickers }, {
    api: { add: (ticker) => ask(`add ${ticker}`), remove: (ticker) => ask(`remove ${ticker}`) },
    onSignedOut: () => signedOut.push(true),
  });
  return {
    list,
    requests,
    signedOut,
    shown: () => list.tickers.value.join(" "),
    async answer(outcome: ChangeOutcome) {
      await settled();
      const resolve = answers.shift();
      assert.ok(resolve, "no request was sent");
      resolve(outcome);
      await settled();
    },
  };
}

/** Runs the promises that are ready. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const unavailable: ChangeOutcome = { kind: "refused", code: "unavailable", text: "Busy." };

Deno.test("an added ticker is shown at once and stays once the server confirms it", async () => {
  const { list, answer, shown } = startList();
  list.add("NVDA");
  assert.equal(shown(), "AAPL MSFT NVDA");
  await answer({ kind: "done", version: 6, tickers: ["AAPL", "MSFT", "NVDA"] });
  assert.equal(shown(), "AAPL MSFT NVDA");
  assert.equal(list.failure.value, undefined);
});

Deno.test("a failed addition is undone and reported, and a retry sends it again", async () => {
  const { list, answer, shown, requests } = startList();
  list.add("NVDA");
  await answer({ kind: "refused", code: "list_full", text: "The list is full." });
  assert.equal(shown(), "AAPL MSFT");
  assert.equal(list.failure.value?.text, "NVDA was not added. The list is full.");
  list.retry();
  assert.equal(list.failure.value, undefined);
  await answer({ kind: "done", version: 6, tickers: ["AAPL", "MSFT", "NVDA"] });
  assert.equal(shown(), "AAPL MSFT NVDA");
  assert.deepEqual(requests, ["add NVDA", "add NVDA"]);
});

Deno.test("a removed row comes back to its place if the server cannot be reached", async () => {
  const { list, answer, shown } = startList();
  list.remove("AAPL");
  assert.equal(shown(), "MSFT");
  assert.ok(list.allTickers.value.includes("AAPL"), "its price is kept meanwhile");
  await answer({ kind: "unreachable" });
  assert.equal(shown(), "AAPL MSFT");
  assert.equal(
    list.failure.value?.text,
    "AAPL was not removed. The server could not be reached.",
  );
  assert.equal(list.statusText.value, "", "nothing says that it was removed");
  list.dismiss();
  assert.equal(list.failure.value, undefined);
});

Deno.test("a failure is reported no longer once the change takes effect later, or in another tab", async () => {
  const { list, answer } = startList();
  list.remove("AAPL");
  await answer({ kind: "unreachable" });
  list.accept({ version: 6, tickers: ["AAPL", "MSFT", "KO"] });
  assert.ok(list.failure.value);
  list.accept({ version: 7, tickers: ["MSFT", "KO"] });
  assert.equal(list.failure.value, undefined);
});

Deno.test("removing a ticker that another tab has removed succeeds", async () => {
  const { list, answer, shown } = startList();
  list.remove("AAPL");
  await answer({ kind: "refused", code: "not_on_list", text: "Not on the list." });
  assert.equal(shown(), "MSFT");
  assert.equal(list.failure.value, undefined);
});

Deno.test("changes are sent one at a time, in the user's order", async () => {
  const { list, answer, requests } = startList();
  list.remove("AAPL");
  list.add("AAPL");
  await settled();
  assert.deepEqual(requests, ["remove AAPL"]);
  await answer({ kind: "done", version: 6 });
  assert.deepEqual(requests, ["remove AAPL", "add AAPL"]);
});

Deno.test("a frame with an older version is dropped, a newer one is shown", () => {
  const { list, shown } = startList();
  list.accept({ version: 4, tickers: ["OLD"] });
  assert.equal(shown(), "AAPL MSFT");
  list.accept({ version: 7, name: "Mine", tickers: ["TSLA"] });
  assert.deepEqual([shown(), list.name.value], ["TSLA", "Mine"]);
});

Deno.test("an answer that arrives after a newer frame changes nothing", async () => {
  const { list, answer, shown } = startList();
  list.add("NVDA");
  list.accept({ version: 7, tickers: ["AAPL", "MSFT", "NVDA", "TSLA"] });
  await answer({ kind: "done", version: 6, tickers: ["AAPL", "MSFT", "NVDA"] });
  assert.equal(shown(), "AAPL MSFT NVDA TSLA");
});

Deno.test("a frame with an older version than the removal's answer does not bring the row back", async () => {
  const { list, answer, shown } = startList();
  list.remove("AAPL");
  await answer({ kind: "done", version: 6 });
  list.accept({ version: 5, tickers: ["AAPL", "MSFT"] });
  assert.equal(shown(), "MSFT");
});

Deno.test("a frame with the version of the answer adds what the answer left out: another tab's stock and name", async () => {
  const { list, answer, shown } = startList();
  list.remove("AAPL");
  await answer({ kind: "done", version: 7 });
  list.accept({ version: 6, name: "Mine", tickers: ["AAPL", "MSFT", "TSLA"] });
  list.accept({ version: 7, name: "Mine", tickers: ["MSFT", "TSLA"] });
  assert.deepEqual([shown(), list.name.value], ["MSFT TSLA", "Mine"]);
});

Deno.test("another tab's change is shown together with a change that waits", () => {
  const { list, shown } = startList();
  list.remove("AAPL");
  list.accept({ version: 6, tickers: ["AAPL", "MSFT", "TSLA"] });
  assert.equal(shown(), "MSFT TSLA");
});

Deno.test("adding a ticker that is on the list sends nothing and says so", async () => {
  const { list, requests } = startList();
  list.add("AAPL");
  await settled();
  assert.deepEqual(requests, []);
  assert.equal(list.statusText.value, "AAPL is on your list already.");
});

Deno.test("the list shows no intermediate state while an answer is applied", async () => {
  const { list, answer } = startList();
  const seen: string[] = [];
  const stop = effect(() => void seen.push(list.tickers.value.join(" ")));
  list.add("NVDA");
  await answer({ kind: "done", version: 6, tickers: ["AAPL", "MSFT", "NVDA"] });
  stop();
  assert.deepEqual([...new Set(seen)], ["AAPL MSFT", "AAPL MSFT NVDA"]);
});

Deno.test("a change beyond the bound is refused with a sentence", () => {
  const { list, shown } = startList([]);
  for (let count = 0; count < waitingChangesMax; count++) list.add(`T${count}`);
  list.add("NVDA");
  assert.ok(!shown().includes("NVDA"));
  assert.equal(list.failure.value?.text, "Too many changes at once; wait a moment.");
});

Deno.test("a change without a valid sign-in leaves the page and reports no failure", async () => {
  const { list, answer, signedOut } = startList();
  list.add("NVDA");
  await answer({ kind: "signed_out" });
  assert.equal(signedOut.length, 1);
  assert.equal(list.failure.value, undefined);
});

Deno.test("after two failures the last one is reported", async () => {
  const { list, answer } = startList();
  list.remove("AAPL");
  list.remove("MSFT");
  await answer(unavailable);
  await answer(unavailable);
  assert.equal(list.failure.value?.text, "MSFT was not removed. Busy.");
});
