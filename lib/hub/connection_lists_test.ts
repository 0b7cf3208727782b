import assert from "node:assert/strict";
import { identity, list, startHub } from "./hub_fixtures.ts";
import { FakeSocket, ofType } from "./socket/socket_fixtures.ts";

const ann = identity("ann");

async function startTwoLists() {
  const lists = { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] };
  const hub = await startHub({ lists });
  const socket = await hub.connect({ user: ann });
  socket.take();
  return { ...hub, lists, socket };
}

Deno.test("a list moved to the front is told to whoever follows the first one, with its prices", async () => {
  const { lists, socket, announce, tick, quote } = await startTwoLists();
  lists.ann.reverse();
  await announce({ kind: "lists_reordered", userId: "ann" });
  assert.deepEqual(ofType(socket.take(), "watchlist").map(({ id }) => id), ["two"]);
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const [frame] = ofType(socket.take(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["MSFT"]);
});

Deno.test("whoever chose a list goes on with it when lists are moved", async () => {
  const { lists, socket, announce, pass } = await startTwoLists();
  socket.say({ type: "follow", lists: ["one"] });
  await pass(0);
  socket.take();
  lists.ann.reverse();
  await announce({ kind: "lists_reordered", userId: "ann" });
  assert.deepEqual(socket.take(), []);
});

Deno.test("whoever chose a list is told when it is deleted, and by no other deletion", async () => {
  const { lists, socket, announce, pass } = await startTwoLists();
  socket.say({ type: "follow", lists: ["two"] });
  await pass(0);
  socket.take();
  await announce({ kind: "list_deleted", userId: "ann", listId: "one" });
  assert.deepEqual(socket.take(), []);
  lists.ann.pop();
  await announce({ kind: "list_deleted", userId: "ann", listId: "two" });
  assert.deepEqual(socket.take(), [
    { type: "error", code: "unknown_list", message: "Not among your lists: two." },
  ]);
});

Deno.test("lists moved before the socket is open are told in their new order, after hello", async () => {
  const lists = { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] };
  const { hub, announce, pass } = await startHub({ lists });
  const socket = new FakeSocket();
  hub.accept(socket, { address: "192.0.2.1", identity: ann });
  lists.ann.reverse();
  await announce({ kind: "lists_reordered", userId: "ann" });
  socket.open();
  await pass(0);
  const messages = socket.take();
  assert.deepEqual(messages.map(({ type }) => type), ["hello", "watchlist", "snapshot"]);
  assert.deepEqual(ofType(messages, "watchlist").map(({ id }) => id), ["two"]);
});

Deno.test("a list chosen in the moment in which lists are moved stays chosen", async () => {
  const lists = { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] };
  const { connect, announce } = await startHub({ lists, tokens: { valid: ann } });
  const socket = await connect({ user: ann });
  socket.take();
  socket.say({ type: "auth", token: "valid" });
  socket.say({ type: "follow", lists: ["two"] });
  await announce({ kind: "lists_reordered", userId: "ann" });
  assert.equal(ofType(socket.take(), "watchlist").at(-1)?.id, "two");
  await announce({ kind: "list_changed", userId: "ann", list: list("two", [], 2) });
  assert.deepEqual(ofType(socket.take(), "watchlist").map(({ id }) => id), ["two"]);
});

Deno.test("whoever asks in vain for too many tickers still hears which list is the first one now", async () => {
  const many = (prefix: string) => Array.from({ length: 201 }, (_, index) => `${prefix}${index}`);
  const { lists, socket, announce } = await startTwoLists();
  lists.ann = [list("two", many("B")), list("one", many("A"))];
  socket.say({ type: "follow", lists: ["one", "two"] });
  await announce({ kind: "lists_reordered", userId: "ann" });
  const messages = socket.take();
  assert.deepEqual(ofType(messages, "error").map(({ code }) => code), ["too_many_tickers"]);
  assert.deepEqual(ofType(messages, "watchlist").map(({ id }) => id), ["two"]);
});

Deno.test("tickers that find room among the 400 when another list shrinks come with their prices", async () => {
  const many = (prefix: string) => Array.from({ length: 200 }, (_, index) => `${prefix}${index}`);
  const lists = { ann: [list("one", many("A")), list("two", many("B")), list("three", [])] };
  const { connect, announce, tick, quote, pass } = await startHub({ lists });
  await tick({ quotes: [quote("KO")] });
  const socket = await connect({ user: ann });
  socket.say({ type: "follow", lists: ["one", "two", "three"] });
  await pass(0);
  await announce({ kind: "list_changed", userId: "ann", list: list("three", ["KO"], 2) });
  socket.take();
  await announce({ kind: "list_changed", userId: "ann", list: list("one", ["A0"], 2) });
  const [snapshot] = ofType(socket.take(), "snapshot");
  assert.deepEqual(snapshot?.quotes.map(([ticker]) => ticker), ["KO"]);
});
