import assert from "node:assert/strict";
import { effect } from "@preact/signals";
import type { ChangeOutcome } from "../browser/api.ts";
import { createListStore, waitingChangesMax } from "./list_store.ts";

/** A list whose server answers when the test says so. */
function startList(tickers: string[] = ["AAPL", "MSFT"]) {
  const asked: string[] = [];
  const answers: ((outcome: ChangeOutcome) => void)[] = [];
  const signedOut: true[] = [];
  function ask(text: string): Promise<ChangeOutcome> {
    asked.push(text);
    return new Promise((resolve) => answers.push(resolve));
  }
  const list = createListStore({ name: "My watchlist", version: 5, tickers }, {
    api: { add: (ticker) => ask(`add ${ticker}`), remove: (ticker) => ask(`remove ${ticker}`) },
    onSignedOut: () => signedOut.push(true),
  });
  return {
    list,
    asked,
    signedOut,
    shown: () => list.tickers.value.join(" "),
    async answer(outcome: ChangeOutcome) {
      await settled();
      const resolve = answers.shift();
      assert.ok(resolve, "nothing was asked");
      resolve(outcome);
      await settled();
    },
  };
}

/** Lets the promises that are due run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const unavailable: ChangeOutcome = { kind: "refused", code: "unavailable", text: "Busy." };

Deno.test("an added ticker shows at once and stays when the server agrees", async () => {
  const { list, answer, shown } = startList();
  list.add("NVDA");
  assert.equal(shown(), "AAPL MSFT NVDA");
  await answer({ kind: "done", version: 6, tickers: ["AAPL", "MSFT", "NVDA"] });
  assert.equal(shown(), "AAPL MSFT NVDA");
  assert.equal(list.failure.value, undefined);
});

Deno.test("an add that fails is undone and told, and trying again asks anew", async () => {
  const { list, answer, shown, asked } = startList();
  list.add("NVDA");
  await answer({ kind: "refused", code: "list_full", text: "The list is full." });
  assert.equal(shown(), "AAPL MSFT");
  assert.equal(list.failure.value?.text, "NVDA was not added. The list is full.");
  list.retry();
  assert.equal(list.failure.value, undefined);
  await answer({ kind: "done", version: 6, tickers: ["AAPL", "MSFT", "NVDA"] });
  assert.equal(shown(), "AAPL MSFT NVDA");
  assert.deepEqual(asked, ["add NVDA", "add NVDA"]);
});

Deno.test("a removed row comes back to its place when the server refuses", async () => {
  const { list, answer, shown } = startList();
  list.remove("AAPL");
  assert.equal(shown(), "MSFT");
  assert.ok(list.concerned.value.includes("AAPL"), "its price is kept meanwhile");
  await answer({ kind: "unreachable" });
  assert.equal(shown(), "AAPL MSFT");
  assert.equal(
    list.failure.value?.text,
    "AAPL was not removed. The server could not be reached.",
  );
  assert.equal(list.news.value, "", "nothing says that it was removed");
  list.dismiss();
  assert.equal(list.failure.value, undefined);
});

Deno.test("a failure is told no longer when the change is made after all, late or in another tab", async () => {
  const { list, answer } = startList();
  list.remove("AAPL");
  await answer({ kind: "unreachable" });
  list.accept({ version: 6, tickers: ["AAPL", "MSFT", "KO"] });
  assert.ok(list.failure.value);
  list.accept({ version: 7, tickers: ["MSFT", "KO"] });
  assert.equal(list.failure.value, undefined);
});

Deno.test("removing what another tab removed already is done, not failed", async () => {
  const { list, answer, shown } = startList();
  list.remove("AAPL");
  await answer({ kind: "refused", code: "not_on_list", text: "Not on the list." });
  assert.equal(shown(), "MSFT");
  assert.equal(list.failure.value, undefined);
});

Deno.test("changes reach the server one at a time, in the user's order", async () => {
  const { list, answer, asked } = startList();
  list.remove("AAPL");
  list.add("AAPL");
  await settled();
  assert.deepEqual(asked, ["remove AAPL"]);
  await answer({ kind: "done", version: 6 });
  assert.deepEqual(asked, ["remove AAPL", "add AAPL"]);
});

Deno.test("a frame older than what is held is dropped, a newer one shows", () => {
  const { list, shown } = startList();
  list.accept({ version: 4, tickers: ["OLD"] });
  assert.equal(shown(), "AAPL MSFT");
  list.accept({ version: 7, name: "Mine", tickers: ["TSLA"] });
  assert.deepEqual([shown(), list.name.value], ["TSLA", "Mine"]);
});

Deno.test("an answer older than a frame that overtook it takes nothing back", async () => {
  const { list, answer, shown } = startList();
  list.add("NVDA");
  list.accept({ version: 7, tickers: ["AAPL", "MSFT", "NVDA", "TSLA"] });
  await answer({ kind: "done", version: 6, tickers: ["AAPL", "MSFT", "NVDA"] });
  assert.equal(shown(), "AAPL MSFT NVDA TSLA");
});

Deno.test("a frame from before the removal's answer does not bring the row back", async () => {
  const { list, answer, shown } = startList();
  list.remove("AAPL");
  await answer({ kind: "done", version: 6 });
  list.accept({ version: 5, tickers: ["AAPL", "MSFT"] });
  assert.equal(shown(), "MSFT");
});

Deno.test("a frame of the answer's version brings what the answer left out: another tab's stock and name", async () => {
  const { list, answer, shown } = startList();
  list.remove("AAPL");
  await answer({ kind: "done", version: 7 });
  list.accept({ version: 6, name: "Mine", tickers: ["AAPL", "MSFT", "TSLA"] });
  list.accept({ version: 7, name: "Mine", tickers: ["MSFT", "TSLA"] });
  assert.deepEqual([shown(), list.name.value], ["MSFT TSLA", "Mine"]);
});

Deno.test("another tab's change shows under a change that waits", () => {
  const { list, shown } = startList();
  list.remove("AAPL");
  list.accept({ version: 6, tickers: ["AAPL", "MSFT", "TSLA"] });
  assert.equal(shown(), "MSFT TSLA");
});

Deno.test("adding what is there asks nobody and says so", async () => {
  const { list, asked } = startList();
  list.add("AAPL");
  await settled();
  assert.deepEqual(asked, []);
  assert.equal(list.news.value, "AAPL is on your list already.");
});

Deno.test("the list shows no state in between while an answer arrives", async () => {
  const { list, answer } = startList();
  const seen: string[] = [];
  const stop = effect(() => void seen.push(list.tickers.value.join(" ")));
  list.add("NVDA");
  await answer({ kind: "done", version: 6, tickers: ["AAPL", "MSFT", "NVDA"] });
  stop();
  assert.deepEqual([...new Set(seen)], ["AAPL MSFT", "AAPL MSFT NVDA"]);
});

Deno.test("past the bound a change is refused with a sentence", () => {
  const { list, shown } = startList([]);
  for (let count = 0; count < waitingChangesMax; count++) list.add(`T${count}`);
  list.add("NVDA");
  assert.ok(!shown().includes("NVDA"));
  assert.equal(list.failure.value?.text, "Too many changes at once; wait a moment.");
});

Deno.test("an ended sign-in leads away and claims no failure", async () => {
  const { list, answer, signedOut } = startList();
  list.add("NVDA");
  await answer({ kind: "signed_out" });
  assert.equal(signedOut.length, 1);
  assert.equal(list.failure.value, undefined);
});

Deno.test("a failure after another keeps telling of the last one", async () => {
  const { list, answer } = startList();
  list.remove("AAPL");
  list.remove("MSFT");
  await answer(unavailable);
  await answer(unavailable);
  assert.equal(list.failure.value?.text, "MSFT was not removed. Busy.");
});
