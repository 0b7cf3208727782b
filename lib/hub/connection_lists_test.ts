import assert from "node:assert/strict";
import { identity, list, startHub } from "./hub_fixtures.ts";
import { FakeSocket, ofType } from "./socket/socket_fixtures.ts";

const ann = identity("ann");

async function startTwoLists() {
  const lists = { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] };
  const hub = await startHub({ lists });
  const socket = await hub.connect({ user: ann });
  socket.takeSent();
  return { ...hub, lists, socket };
}

Deno.test("a socket that follows the first list gets the list that was moved to the front, with its prices", async () => {
  const { lists, socket, announce, tick, quote } = await startTwoLists();
  lists.ann.reverse();
  await announce({ kind: "lists_reordered", userId: "ann" });
  assert.deepEqual(ofType(socket.takeSent(), "watchlist").map(({ id }) => id), ["two"]);
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const [frame] = ofType(socket.takeSent(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["MSFT"]);
});

Deno.test("a socket that chose a list keeps it when lists are moved", async () => {
  const { lists, socket, announce, pass } = await startTwoLists();
  socket.receive({ type: "follow", lists: ["one"] });
  await pass(0);
  socket.takeSent();
  lists.ann.reverse();
  await announce({ kind: "lists_reordered", userId: "ann" });
  assert.deepEqual(socket.takeSent(), []);
});

Deno.test("a socket that chose a list gets an error when that list is deleted, and nothing when another one is", async () => {
  const { lists, socket, announce, pass } = await startTwoLists();
  socket.receive({ type: "follow", lists: ["two"] });
  await pass(0);
  socket.takeSent();
  await announce({ kind: "list_deleted", userId: "ann", listId: "one" });
  assert.deepEqual(socket.takeSent(), []);
  lists.ann.pop();
  await announce({ kind: "list_deleted", userId: "ann", listId: "two" });
  assert.deepEqual(socket.takeSent(), [
    { type: "error", code: "unknown_list", message: "Not among your lists: two." },
  ]);
});

Deno.test("if lists are moved before the socket is open, the new first list is sent after hello", async () => {
  const lists = { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] };
  const { hub, announce, pass } = await startHub({ lists });
  const socket = new FakeSocket();
  hub.accept(socket, { address: "192.0.2.1", identity: ann });
  lists.ann.reverse();
  await announce({ kind: "lists_reordered", userId: "ann" });
  socket.open();
  await pass(0);
  const messages = socket.takeSent();
  assert.deepEqual(messages.map(({ type }) => type), ["hello", "watchlist", "snapshot"]);
  assert.deepEqual(ofType(messages, "watchlist").map(({ id }) => id), ["two"]);
});

Deno.test("a list that is chosen while lists are moved stays chosen", async () => {
  const lists = { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] };
  const { connect, announce } = await startHub({ lists, tokens: { valid: ann } });
  const socket = await connect({ user: ann });
  socket.takeSent();
  socket.receive({ type: "auth", token: "valid" });
  socket.receive({ type: "follow", lists: ["two"] });
  await announce({ kind: "lists_reordered", userId: "ann" });
  assert.equal(ofType(socket.takeSent(), "watchlist").at(-1)?.id, "two");
  await announce({ kind: "list_changed", userId: "ann", list: list("two", [], 2) });
  assert.deepEqual(ofType(socket.takeSent(), "watchlist").map(({ id }) => id), ["two"]);
});

Deno.test("a follow that is refused does not hide that another list is the first one now", async () => {
  const many = (prefix: string) => Array.from({ length: 201 }, (_, index) => `${prefix}${index}`);
  const { lists, socket, announce } = await startTwoLists();
  lists.ann = [list("two", many("B")), list("one", many("A"))];
  socket.receive({ type: "follow", lists: ["one", "two"] });
  await announce({ kind: "lists_reordered", userId: "ann" });
  const messages = socket.takeSent();
  assert.deepEqual(ofType(messages, "error").map(({ code }) => code), ["too_many_tickers"]);
  assert.deepEqual(ofType(messages, "watchlist").map(({ id }) => id), ["two"]);
});

Deno.test("when a followed list shrinks, tickers that were cut at 400 are sent with their prices", async () => {
  const many = (prefix: string) => Array.from({ length: 200 }, (_, index) => `${prefix}${index}`);
  const lists = { ann: [list("one", many("A")), list("two", many("B")), list("three", [])] };
  const { connect, announce, tick, quote, pass } = await startHub({ lists });
  await tick({ quotes: [quote("KO")] });
  const socket = await connect({ user: ann });
  socket.receive({ type: "follow", lists: ["one", "two", "three"] });
  await pass(0);
  await announce({ kind: "list_changed", userId: "ann", list: list("three", ["KO"], 2) });
  socket.takeSent();
  await announce({ kind: "list_changed", userId: "ann", list: list("one", ["A0"], 2) });
  const [snapshot] = ofType(socket.takeSent(), "snapshot");
  assert.deepEqual(snapshot?.quotes.map(([ticker]) => ticker), ["KO"]);
});
