import assert from "node:assert/strict";
import { FakeSocket, identity, list, ofType, startHub } from "./hub_fixtures.ts";

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
