import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { ticker } from "../bus/bus_fixtures.ts";
import { createClock } from "../clock.ts";
import { asUser } from "./interest.ts";
import { createRequests } from "./requests.ts";

Deno.test("what an asker wants by several requests counts together, a minute long, and to a bound", () => {
  const timers = FakeTimers.createClock(0);
  const requests = createRequests({ clock: createClock(timers), keptMs: 60_000 });
  const viewed = () =>
    [...requests.viewings()].map(({ asker, viewed }) => [asker.id, viewed.map((v) => v.ticker)]);
  requests.note([ticker("A"), ticker("B")], asUser("ann"));
  timers.tick(30_000);
  requests.note([ticker("B"), ticker("C")], asUser("ann"));
  requests.note([ticker("A")], asUser("bob"));
  assert.deepEqual(viewed(), [["user ann", ["A", "B", "C"]], ["user bob", ["A"]]]);
  timers.tick(30_000);
  assert.deepEqual(viewed(), [["user ann", ["B", "C"]], ["user bob", ["A"]]]);
  timers.tick(30_000);
  assert.deepEqual(viewed(), []);
  for (let index = 0; index < 1_000; index++) requests.note([ticker(`T${index}`)], asUser("ann"));
  assert.equal([...requests.viewings()][0]?.viewed.length, 400);
});
