import assert from "node:assert/strict";
import { ticker } from "../../bus/bus_fixtures.ts";
import type { Watchlist } from "../../watchlist.ts";
import { FollowedLists } from "./followed_lists.ts";
import { list } from "../hub_fixtures.ts";

const symbols = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

function following(...lists: Watchlist[]) {
  return new FollowedLists(() => Promise.resolve(lists));
}

Deno.test("a followed list that grows past the limit is cut at 400 tickers", async () => {
  const followed = following(
    list("one", symbols("A", 200)),
    list("two", symbols("B", 150)),
    list("three", []),
  );
  await followed.follow(["one", "two", "three"], "ann");
  assert.equal(followed.change(list("three", symbols("C", 100), 2)), "changed");
  assert.equal(followed.tickers().size, 400);
  assert.ok(followed.tickers().has(ticker("C49")));
  assert.ok(!followed.tickers().has(ticker("C50")));
});

Deno.test("a refused follow changes nothing", async () => {
  const followed = following(
    list("one", ["AAPL"]),
    list("two", symbols("A", 200)),
    list("three", symbols("B", 201)),
  );
  await followed.followFirst("ann");
  assert.deepEqual(await followed.follow(["two", "three"], "ann"), { kind: "too_many_tickers" });
  assert.deepEqual(followed.lists().map(({ id }) => id), ["one"]);
});

Deno.test("a list deleted while the store is read is not followed", async () => {
  const read = Promise.withResolvers<Watchlist[]>();
  const followed = new FollowedLists(() => read.promise);
  const done = followed.followFirst("ann");
  followed.delete("one");
  read.resolve([list("one", ["AAPL"]), list("two", ["MSFT"])]);
  await done;
  assert.deepEqual(followed.lists().map(({ id }) => id), ["two"]);
});

Deno.test("if a list is announced several times while the store is read, its newest version counts, in any order", async () => {
  const read = Promise.withResolvers<Watchlist[]>();
  const followed = new FollowedLists(() => read.promise);
  const done = followed.follow(["one", "two"], "ann");
  followed.change(list("one", ["NVDA"], 3));
  followed.change(list("one", ["MSFT"], 2));
  followed.delete("two");
  followed.change(list("two", ["KO"], 2));
  read.resolve([list("one", ["AAPL"]), list("two", [])]);
  assert.deepEqual(await done, { kind: "followed", unknown: ["two"] });
  assert.deepEqual(followed.lists(), [list("one", ["NVDA"], 3)]);
});

Deno.test("the first list is read once, however many changes come before it is read", async () => {
  const lists: Watchlist[] = [];
  const followed = following(...lists);
  await followed.followFirst("ann");
  assert.equal(followed.change(list("one", [])), "first");
  assert.equal(followed.change(list("one", [], 2)), "ignored");
  await followed.followFirst("ann");
  assert.equal(followed.change(list("one", [], 3)), "first");
});

Deno.test("a list moved to the front is the first one, even if it was moved while the store was read", async () => {
  const [one, two, three] = ["one", "two", "three"].map((id) => list(id, ["AAPL"]));
  const reads = [one!, two!, three!].map((first) => ({ first, ...Promise.withResolvers<void>() }));
  let count = 0;
  const followed = new FollowedLists(async () => {
    const read = reads[count++];
    await read?.promise;
    return [read!.first];
  });
  const first = () => followed.lists().map(({ id }) => id);

  reads[0]!.resolve();
  await followed.followFirst("ann");
  assert.deepEqual(first(), ["one"]);
  assert.equal(followed.reorder(), "first");

  const done = followed.followFirst("ann");
  assert.equal(followed.reorder(), "ignored");
  reads[1]!.resolve();
  reads[2]!.resolve();
  await done;
  assert.deepEqual([first(), count], [["three"], 3]);
});

Deno.test("a client that chose its lists does not follow the first one when lists are moved", async () => {
  const followed = following(list("one", ["AAPL"]), list("two", ["MSFT"]));
  await followed.follow(["two"], "ann");
  assert.equal(followed.reorder(), "ignored");
});

Deno.test("a client that chose its lists does not follow the first one when they are deleted", async () => {
  const followed = following(list("one", ["AAPL"]), list("two", ["MSFT"]));
  await followed.follow(["two"], "ann");
  assert.equal(followed.delete("two"), "changed");
  assert.equal(followed.change(list("one", ["NVDA"], 2)), "ignored");
});

Deno.test("a read that fails does not change which lists are followed", async () => {
  let isDown = false;
  const followed = new FollowedLists(() =>
    isDown ? Promise.reject(new Error("down")) : Promise.resolve([list("one", ["AAPL"])])
  );
  await followed.followFirst("ann");
  isDown = true;
  await assert.rejects(followed.follow(["two"], "ann"));
  assert.equal(followed.change(list("one", ["MSFT"], 2)), "changed");
  assert.deepEqual(followed.lists()[0]?.tickers, ["MSFT"]);
});
