import assert from "node:assert/strict";
import { ticker } from "../../../lib/bus/bus_fixtures.ts";
import { itemBody, listEdit, newList, orderBody, positionBody } from "./schemas.ts";
import { listOf, stateOf } from "./state.ts";

const accepts = (schema: typeof listEdit | typeof newList, value: unknown) =>
  schema.safeParse(value).success;

Deno.test("a name is trimmed and brought into one form of its characters", () => {
  assert.deepEqual(newList.parse({ name: "  Cafe\u0301 " }), { name: "Café" });
  assert.equal(accepts(newList, { name: "\u202e" }), false);
});

Deno.test("an edit has a name, a position or both", () => {
  for (const edit of [{ name: "A" }, { position: 0 }, { name: "A", position: 50 }]) {
    assert.ok(accepts(listEdit, edit));
  }
  assert.equal(accepts(listEdit, {}), false);
});

Deno.test("positions are whole numbers from 0 to the bound of what is moved", () => {
  assert.ok(accepts(listEdit, { position: 50 }));
  assert.equal(accepts(listEdit, { position: 51 }), false);
  for (const position of [0, 200]) assert.ok(positionBody.safeParse({ position }).success);
  for (const position of [-1, 0.5, 201, "1"]) {
    assert.equal(positionBody.safeParse({ position }).success, false);
    assert.equal(itemBody.safeParse({ ticker: "KO", position }).success, false);
  }
});

Deno.test("texts of tickers are bounded in length and number", () => {
  assert.equal(itemBody.safeParse({ ticker: "x".repeat(65) }).success, false);
  const tickers = Array<string>(1_001).fill("KO");
  assert.ok(orderBody.safeParse({ tickers: tickers.slice(1) }).success);
  assert.equal(orderBody.safeParse({ tickers }).success, false);
});

Deno.test("a list is written with its tickers in order, its name only where lists are read", () => {
  const list = { id: "l1", name: "Chips", version: 2, tickers: [ticker("KO"), ticker("AAPL")] };
  const state = { id: "l1", version: 2, tickers: ["KO", "AAPL"] };
  assert.deepEqual(stateOf(list), state);
  assert.deepEqual(listOf(list), { ...state, name: "Chips" });
});
