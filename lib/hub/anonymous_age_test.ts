import assert from "node:assert/strict";
import { closeAged, closedPerSweepMax } from "./anonymous_age.ts";

Deno.test("a sweep closes a bounded number of sockets, the next one goes on", () => {
  const socket = () => ({
    isAnonymous: true,
    anonymousUntil: 0,
    closed: 0,
    close() {
      this.closed++;
      this.isAnonymous = false;
    },
  });
  const sockets = Array.from({ length: closedPerSweepMax + 50 }, socket);
  const count = () => sockets.filter(({ closed }) => closed > 0).length;
  closeAged(sockets, 1);
  assert.equal(count(), closedPerSweepMax);
  closeAged(sockets, 1);
  assert.equal(count(), sockets.length);
});
