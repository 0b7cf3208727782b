import assert from "node:assert/strict";
import { readSampleTicker } from "../../interest/interest_fixtures.ts";
import { Subscription } from "./subscription.ts";

const options = { max: 3, readTicker: readSampleTicker };

Deno.test("known tickers are added once each, and what is unknown is returned", () => {
  const subscription = new Subscription();
  assert.deepEqual(subscription.add(["aapl", "AAPL", "ZZ1", "?"], options), {
    kind: "subscribed",
    known: ["AAPL"],
    aliases: [],
    unknown: ["ZZ1", "?"],
  });
  assert.deepEqual([...subscription.tickers], ["AAPL"]);
});

Deno.test("a subscribe that would exceed the limit adds no ticker", () => {
  const subscription = new Subscription();
  subscription.add(["AAPL", "MSFT"], options);
  assert.deepEqual(subscription.add(["NVDA", "KO"], options), { kind: "too_many_tickers" });
  assert.deepEqual([...subscription.tickers], ["AAPL", "MSFT"]);
  assert.equal(subscription.add(["MSFT", "KO"], options).kind, "subscribed");
});

Deno.test("texts that are not tickers count against the limit", () => {
  const subscription = new Subscription();
  assert.equal(subscription.add(["AAPL", "?", "!", ""], options).kind, "too_many_tickers");
});

Deno.test("removed tickers make room for others", () => {
  const subscription = new Subscription();
  subscription.add(["AAPL", "MSFT", "KO"], options);
  subscription.remove(["aapl", "not a ticker", "NVDA"], options);
  assert.deepEqual([...subscription.tickers], ["MSFT", "KO"]);
  assert.equal(subscription.add(["NVDA"], options).kind, "subscribed");
});

Deno.test("two spellings of a ticker are one subscription, and either removes it", () => {
  const subscription = new Subscription();
  const outcome = subscription.add(["BRK-B", "BRK.B", "BRK-B"], options);
  assert.deepEqual(outcome, {
    kind: "subscribed",
    known: ["BRK.B"],
    aliases: [["BRK-B", "BRK.B"]],
    unknown: [],
  });
  subscription.remove(["BRK-B"], options);
  assert.equal(subscription.tickers.size, 0);
});
