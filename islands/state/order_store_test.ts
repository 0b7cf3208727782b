import assert from "node:assert/strict";
import type { ChangeOutcome } from "../browser/api.ts";
import { createOrderStore } from "./order_store.ts";

/** A list of four whose server answers when the test says so. */
function startOrder() {
  const asked: string[] = [];
  const answers: ((outcome: ChangeOutcome) => void)[] = [];
  const signedOut: true[] = [];
  const order = createOrderStore(["AAPL", "KO", "MSFT", "T"], {
    api: {
      reorder(tickers) {
        asked.push(tickers.join(" "));
        return new Promise((resolve) => answers.push(resolve));
      },
    },
    onSignedOut: () => signedOut.push(true),
  });
  return {
    order,
    asked,
    signedOut,
    place(ticker: string, position: number) {
      order.move(ticker, position);
      void order.save();
    },
    shown: () => order.tickers.value.join(" "),
    async answer(outcome: ChangeOutcome) {
      answers.shift()!(outcome);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

Deno.test("a moved stock shows at its new place at once, is told, and saved", async () => {
  const { order, place, asked, shown, answer } = startOrder();
  place("MSFT", 0);
  assert.equal(shown(), "MSFT AAPL KO T");
  assert.equal(order.news.value, "MSFT is 1 of 4.");
  assert.deepEqual(asked, ["MSFT AAPL KO T"]);
  await answer({ kind: "done" });
  assert.equal(order.failure.value, undefined);
});

Deno.test("a place past an end is that end, and a stock that stays is not saved", () => {
  const { asked, place, shown } = startOrder();
  place("AAPL", -1);
  place("T", 4);
  assert.deepEqual(asked, []);
  place("AAPL", 99);
  assert.equal(shown(), "KO MSFT T AAPL");
});

Deno.test("while a row is dragged nothing is saved", () => {
  const { order, asked, shown } = startOrder();
  order.move("T", 2);
  order.move("T", 1);
  assert.equal(shown(), "AAPL T KO MSFT");
  assert.deepEqual(asked, []);
});

Deno.test("moves during a save are saved by one request after it", async () => {
  const { place, asked, answer } = startOrder();
  place("T", 2);
  place("T", 1);
  place("T", 0);
  assert.deepEqual(asked, ["AAPL KO T MSFT"]);
  await answer({ kind: "done" });
  assert.deepEqual(asked, ["AAPL KO T MSFT", "T AAPL KO MSFT"]);
  await answer({ kind: "done" });
  assert.equal(asked.length, 2);
});

Deno.test("a save has ended when the last move is saved", async () => {
  const { order, place, answer } = startOrder();
  place("T", 2);
  place("T", 0);
  let ended = false;
  void order.save().then(() => ended = true);
  await answer({ kind: "done" });
  assert.deepEqual([ended, order.isSaved()], [false, false]);
  await answer({ kind: "done" });
  assert.deepEqual([ended, order.isSaved()], [true, true]);
});

Deno.test("an order that was not saved stays shown, says so, and is saved by the next try", async () => {
  const { order, place, asked, shown, answer } = startOrder();
  place("T", 0);
  await answer({ kind: "unreachable" });
  assert.equal(shown(), "T AAPL KO MSFT");
  assert.match(order.failure.value ?? "", /not saved\. The server could not be reached/);
  void order.save();
  assert.equal(order.failure.value, undefined);
  await answer({ kind: "done" });
  assert.deepEqual(asked, ["T AAPL KO MSFT", "T AAPL KO MSFT"]);
});

Deno.test("a list that was changed elsewhere is to be loaded anew", async () => {
  const { order, place, answer } = startOrder();
  place("T", 0);
  await answer({ kind: "refused", code: "set_differs", text: "The set differs." });
  assert.match(order.failure.value ?? "", /changed elsewhere meanwhile\. Reload the page/);
});

Deno.test("whoever is signed out is told by the page for that", async () => {
  const { place, signedOut, answer } = startOrder();
  place("T", 0);
  await answer({ kind: "signed_out" });
  assert.deepEqual(signedOut, [true]);
});
