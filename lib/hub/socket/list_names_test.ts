import assert from "node:assert/strict";
import type { Watchlist } from "../../watchlist.ts";
import { identity, list, startHub } from "../hub_fixtures.ts";
import { type FakeSocket, ofType } from "./socket_fixtures.ts";

const ann = identity("ann");

function named(id: string, name: string, version = 1): Watchlist {
  return { ...list(id, [], version), name };
}

/** The socket of a page that shows the second of two lists. */
async function startPage() {
  const lists = { ann: [named("one", "Chips"), named("two", "Cars")] };
  const hub = await startHub({ lists });
  const socket = await hub.connect({ user: ann, asksForLists: true });
  socket.receive({ type: "follow", lists: ["two"] });
  await hub.pass(0);
  const first = socket.takeSent();
  const changed = (list: Watchlist) => hub.announce({ kind: "list_changed", userId: "ann", list });
  return { ...hub, lists, socket, first, changed };
}

function namesTold(socket: FakeSocket) {
  return ofType(socket.takeSent(), "lists").map(({ lists }) => lists.map(({ name }) => name));
}

Deno.test("a socket that asks gets the names of all lists once, after hello and the followed list", async () => {
  const { first } = await startPage();
  assert.deepEqual(first.map(({ type }) => type), [
    "hello",
    "watchlist",
    "snapshot",
    "lists",
    "watchlist",
    "snapshot",
  ]);
  assert.deepEqual(ofType(first, "lists")[0]?.lists, [
    { id: "one", name: "Chips" },
    { id: "two", name: "Cars" },
  ]);
});

Deno.test("a socket that does not ask gets followed lists alone", async () => {
  const { connect, lists, announce } = await startPage();
  const socket = await connect({ user: ann });
  lists.ann.reverse();
  await announce({ kind: "lists_reordered", userId: "ann" });
  assert.deepEqual(ofType(socket.takeSent(), "lists"), []);
});

Deno.test("a new name of a list that is not followed is sent, a new stock on it is not", async () => {
  const { socket, changed } = await startPage();
  await changed(named("one", "Semiconductors", 2));
  assert.deepEqual(namesTold(socket), [["Semiconductors", "Cars"]]);
  await changed({ ...list("one", ["AAPL"], 3), name: "Semiconductors" });
  assert.deepEqual(socket.takeSent(), []);
});

Deno.test("a new list is sent at its place, and a deleted one is left out", async () => {
  const { lists, socket, changed, announce } = await startPage();
  lists.ann = [named("new", "Banks"), ...lists.ann];
  await changed(named("new", "Banks"));
  assert.deepEqual(namesTold(socket), [["Banks", "Chips", "Cars"]]);
  lists.ann = lists.ann.filter(({ id }) => id !== "one");
  await announce({ kind: "list_deleted", userId: "ann", listId: "one" });
  assert.deepEqual(namesTold(socket), [["Banks", "Cars"]]);
});

Deno.test("a change that is announced after the deletion of its list does not bring the list back", async () => {
  const { lists, socket, changed, announce } = await startPage();
  lists.ann = lists.ann.filter(({ id }) => id !== "one");
  await announce({ kind: "list_deleted", userId: "ann", listId: "one" });
  await changed(named("one", "Late", 2));
  assert.deepEqual(namesTold(socket), [["Cars"]]);
});

Deno.test("moved lists are sent in their new order, even to a socket that chose a list", async () => {
  const { lists, socket, announce } = await startPage();
  lists.ann.reverse();
  await announce({ kind: "lists_reordered", userId: "ann" });
  assert.deepEqual(namesTold(socket), [["Cars", "Chips"]]);
});

Deno.test("an older name that arrives last is ignored", async () => {
  const { socket, changed } = await startPage();
  await changed(named("one", "Third", 3));
  await changed(named("one", "Second", 2));
  assert.deepEqual(namesTold(socket), [["Third", "Cars"]]);
});

Deno.test("while many lists are moved, the store is read a few times for all of them", async () => {
  let reads = 0;
  const lists = [named("one", "Chips"), named("two", "Cars")];
  const { connect, announce, pass } = await startHub({
    loadLists: () => {
      reads++;
      return Promise.resolve([...lists]);
    },
  });
  const socket = await connect({ user: ann, asksForLists: true });
  socket.receive({ type: "follow", lists: ["two"] });
  await pass(0);
  reads = 0;
  lists.reverse();
  await Promise.all(
    Array.from({ length: 10 }, () => announce({ kind: "lists_reordered", userId: "ann" })),
  );
  assert.equal(namesTold(socket).at(-1)?.[0], "Cars");
  assert.ok(reads <= 4, `${reads} reads`);
});
