import assert from "node:assert/strict";
import type { ChangeOutcome } from "../browser/api.ts";
import { createOrderStore } from "./order_store.ts";

/** A list of four whose server answers when the test calls `answer`. */
function startOrder() {
  const requests: string[] = [];
  const answers: ((outcome: ChangeOutcome) => void)[] = [];
  const signedOut: true[] = [];
  const order = createOrderStore(["AAPL", "KO", "MSFT", "T"], {
    api: {
      reorder(tickers) {
        requests.push(tickers.join(" "));
        return new Promise((resolve) => answers.push(resolve));
      },
    },
    onSignedOut: () => signedOut.push(true),
  });
  return {
    order,
    requests,
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

Deno.test("a moved stock is shown at its new place at once, announced, and saved", async () => {
  const { order, place, requests, shown, answer } = startOrder();
  place("MSFT", 0);
  assert.equal(shown(), "MSFT AAPL KO T");
  assert.equal(order.statusText.value, "MSFT is 1 of 4.");
  assert.deepEqual(requests, ["MSFT AAPL KO T"]);
  await answer({ kind: "done" });
  assert.equal(order.failure.value, undefined);
});

Deno.test("a position beyond an end means that end, and a stock that stays in place is not saved", () => {
  const { requests, place, shown } = startOrder();
  place("AAPL", -1);
  place("T", 4);
  assert.deepEqual(requests, []);
  place("AAPL", 99);
  assert.equal(shown(), "KO MSFT T AAPL");
});

Deno.test("nothing is saved while a row is dragged", () => {
  const { order, requests, shown } = startOrder();
  order.move("T", 2);
  order.move("T", 1);
  assert.equal(shown(), "AAPL T KO MSFT");
  assert.deepEqual(requests, []);
});

Deno.test("moves that are made during a save are saved by one request after it", async () => {
  const { place, requests, answer } = startOrder();
  place("T", 2);
  place("T", 1);
  place("T", 0);
  assert.deepEqual(requests, ["AAPL KO T MSFT"]);
  await answer({ kind: "done" });
  assert.deepEqual(requests, ["AAPL KO T MSFT", "T AAPL KO MSFT"]);
  await answer({ kind: "done" });
  assert.equal(requests.length, 2);
});

Deno.test("a save ends once the last move is saved", async () => {
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

Deno.test("an order that was not saved stays on the page, with the reason, and the next save sends it again", async () => {
  const { order, place, requests, shown, answer } = startOrder();
  place("T", 0);
  await answer({ kind: "unreachable" });
  assert.equal(shown(), "T AAPL KO MSFT");
  assert.match(order.failure.value ?? "", /not saved\. The server could not be reached/);
  void order.save();
  assert.equal(order.failure.value, undefined);
  await answer({ kind: "done" });
  assert.deepEqual(requests, ["T AAPL KO MSFT", "T AAPL KO MSFT"]);
});

Deno.test("if the list changed elsewhere, the user is requests to reload the page", async () => {
  const { order, place, answer } = startOrder();
  place("T", 0);
  await answer({ kind: "refused", code: "set_differs", text: "The set differs." });
  assert.match(order.failure.value ?? "", /changed elsewhere meanwhile\. Reload the page/);
});

Deno.test("a user whose sign-in has ended goes to the sign-in page", async () => {
  const { place, signedOut, answer } = startOrder();
  place("T", 0);
  await answer({ kind: "signed_out" });
  assert.deepEqual(signedOut, [true]);
});
