import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import type { Announcement } from "../bus/bus.ts";
import { createMemoryBus } from "../bus/memory_bus.ts";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { createMetrics } from "../metrics.ts";
import { createListAnnouncer } from "./announcer.ts";

Deno.test("the first change of a list is announced at once, further ones of the second together, with the last state", async () => {
  const { changed, heard, timers } = await createFixture();
  for (const version of [2, 3, 5, 4]) changed("list", version);
  assert.deepEqual(heard, ["list 2"]);
  await timers.tickAsync(1_000);
  assert.deepEqual(heard, ["list 2", "list 5"]);
  changed("list", 6);
  await timers.tickAsync(1_000);
  assert.deepEqual(heard, ["list 2", "list 5", "list 6"]);
  await timers.tickAsync(1_000);
  changed("list", 7);
  assert.deepEqual(heard.slice(3), ["list 7"]);
});

Deno.test("a user who changes a list all the time causes one announcement a second, and the last state arrives", async () => {
  const { changed, heard, timers } = await createFixture();
  for (let version = 1; version <= 500; version++) {
    changed("list", version);
    await timers.tickAsync(10);
  }
  await timers.tickAsync(2_000);
  assert.equal(heard.length, 6);
  assert.equal(heard.at(-1), "list 500");
});

Deno.test("changes of other lists do not wait for it, and moves of a user's lists are joined too", async () => {
  const { announcer, changed, heard, timers } = await createFixture();
  for (const list of ["one", "other"]) changed(list, 2);
  for (let moves = 0; moves < 3; moves++) {
    announcer.announce({ kind: "lists_reordered", userId: "anna" });
  }
  assert.deepEqual(heard, ["one 2", "other 2", "lists_reordered"]);
  await timers.tickAsync(1_000);
  assert.deepEqual(heard.slice(3), ["lists_reordered"]);
});

Deno.test("a deletion is announced at once, and nothing of the list after it", async () => {
  const { announcer, changed, heard, timers } = await createFixture();
  for (const version of [2, 3]) changed("list", version);
  announcer.announce({ kind: "list_deleted", userId: "anna", listId: "list" });
  await timers.tickAsync(2_000);
  assert.deepEqual(heard, ["list 2", "list_deleted"]);
});

Deno.test("what waits is announced at the end of the process", async () => {
  const { announcer, changed, heard } = await createFixture();
  for (const version of [2, 3]) changed("list", version);
  await announcer.close();
  assert.deepEqual(heard, ["list 2", "list 3"]);
});

Deno.test("an announcement that fails is logged and fails no change", async () => {
  const logged: string[] = [];
  const announcer = createListAnnouncer({
    bus: { announce: () => Promise.reject(new Error("The bus is down")) },
    clock: createClock(FakeTimers.createClock(1_000)),
    log: { warn: (_: unknown, message?: string) => void logged.push(message ?? "") },
  });
  await announcer.announce({ kind: "lists_reordered", userId: "anna" });
  assert.deepEqual(logged, ["A list change could not be announced"]);
});

async function createFixture() {
  const timers = FakeTimers.createClock(1_000);
  const [clock, log, metrics] = [createClock(timers), createLog("silent"), createMetrics()];
  const bus = createMemoryBus({ clock, log, metrics, isStale: () => false, cadenceMs: 5_000 });
  const heard: string[] = [];
  bus.onAnnounce((announcement: Announcement) => {
    heard.push(
      announcement.kind === "list_changed"
        ? `${announcement.list.id} ${announcement.list.version}`
        : announcement.kind,
    );
  });
  const announcer = createListAnnouncer({ bus, clock, log });
  function changed(id: string, version: number) {
    const list = { id, name: "My watchlist", version, tickers: [] };
    void announcer.announce({ kind: "list_changed", userId: "anna", list });
  }
  await timers.tickAsync(0);
  return { announcer, changed, heard, timers };
}
