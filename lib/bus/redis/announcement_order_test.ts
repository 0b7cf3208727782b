import assert from "node:assert/strict";
import type { Announcement } from "../bus.ts";
import { type AnnouncementsRead, createAnnouncementOrder } from "./announcement_order.ts";

const changed = (number: number): Announcement => ({
  kind: "list_deleted",
  userId: "u",
  listId: String(number),
});

function open() {
  const heard: string[] = [];
  const order = createAnnouncementOrder({
    deliver: (announcement) => heard.push(Object(announcement).listId),
    onGap: () => heard.push("gap"),
  });
  return {
    order,
    heard,
    receive: (number: number, generation = "g") =>
      order.receive({
        ...{ kind: "announcement", generation, number, id: `0-${number}` },
        announcement: changed(number),
      }),
    restore: (number: number, { generation = "g", missed = [] as number[] } = {}) => {
      const state: AnnouncementsRead = {
        ...{ generation, number, id: `0-${number}` },
        missed: missed.map(changed),
      };
      order.restore(state);
    },
  };
}

Deno.test("a new instance starts at the present position, without a gap", () => {
  const { order, heard, restore, receive } = open();
  assert.equal(order.position().generation, "new");
  restore(7);
  assert.deepEqual(order.position(), { generation: "g", number: 7, id: "0-7" });
  assert.deepEqual([receive(7), receive(8), receive(8), receive(9)], [true, true, true, true]);
  assert.deepEqual(heard, ["8", "9"]);
});

Deno.test("an instance in use that has no position yet reports a gap at its first read", () => {
  const { order, heard, restore } = open();
  order.markInUse();
  restore(7);
  assert.deepEqual(heard, ["gap"]);
});

Deno.test("after a missing announcement, it and the next one are read from the log and delivered", () => {
  const { heard, restore, receive } = open();
  restore(7);
  assert.equal(receive(9), false);
  restore(9, { missed: [8, 9] });
  assert.equal(receive(9), true);
  assert.deepEqual(heard, ["8", "9"]);
});

Deno.test("the first announcement of a new log is delivered without a read", () => {
  const { heard, restore, receive } = open();
  restore(0, { generation: "" });
  assert.equal(receive(2), false);
  assert.equal(receive(1), true);
  assert.equal(receive(2), true);
  assert.deepEqual(heard, ["1", "2"]);
});

Deno.test("a log that was empty and is read in full has no gap", () => {
  const { heard, restore } = open();
  restore(0, { generation: "" });
  restore(2, { missed: [1, 2] });
  assert.deepEqual(heard, ["1", "2"]);
});

Deno.test("an incomplete read is a gap, and the announcements in it are delivered", () => {
  const cases: [NonNullable<Parameters<ReturnType<typeof open>["restore"]>[1]>, number][] = [
    [{ missed: [9] }, 9],
    [{ missed: [] }, 9],
    [{ missed: [] }, 6],
    [{ generation: "other", missed: [1] }, 1],
    [{ generation: "", missed: [] }, 0],
  ];
  for (const [options, number] of cases) {
    const { heard, restore, receive } = open();
    restore(7);
    restore(number, options);
    assert.deepEqual(heard, [...options.missed!.map(String), "gap"]);
    assert.equal(receive(number + 1, options.generation || "g"), true);
  }
});

Deno.test("a read without missed announcements is not a gap", () => {
  const { heard, restore } = open();
  restore(7);
  restore(7);
  assert.deepEqual(heard, []);
});

Deno.test("an announcement of an unknown kind is counted but not delivered", () => {
  const { order, heard, restore, receive } = open();
  restore(7);
  const unknown = { generation: "g", number: 8, id: "0-8", announcement: undefined };
  assert.equal(order.receive({ kind: "announcement", ...unknown }), true);
  assert.equal(receive(9), true);
  assert.deepEqual(heard, ["9"]);
});
