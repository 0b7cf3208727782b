import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../../clock.ts";
import { closeCodes } from "../../protocol.ts";
import { FakeSocket } from "./socket_fixtures.ts";
import {
  bufferedBytesMax,
  goneTimeoutMs,
  lingerMs,
  marksMissedMax,
  openTimeoutMs,
  Peer,
} from "./peer.ts";

function start() {
  const timers = FakeTimers.createClock(1_000_000);
  const socket = new FakeSocket();
  const events: unknown[] = [];
  const gone = { count: 0 };
  const peer = new Peer(socket, {
    clock: createClock(timers),
    owner: {
      opened: () => events.push("opened"),
      received: (text) => events.push(text),
      closed: (code) => events.push(["closed", code]),
      gone: () => gone.count++,
    },
  });
  return { socket, events, gone, peer, timers };
}

Deno.test("the end is reported once, whatever closes the socket and however often", () => {
  const { socket, events, peer, timers } = start();
  socket.open();
  peer.close(closeCodes.signedOut);
  peer.close(closeCodes.limit);
  socket.disconnect();
  assert.deepEqual(events, ["opened", ["closed", closeCodes.signedOut]]);
  assert.equal(socket.closeCode, undefined, "messages on their way are accepted first");
  timers.tick(lingerMs);
  assert.equal(socket.closeCode, closeCodes.signedOut);
});

Deno.test("a close before the socket is open is reported at once, and made when the socket opens", () => {
  const { socket, events, peer, timers } = start();
  peer.close(closeCodes.limit);
  assert.deepEqual(events, [["closed", closeCodes.limit]]);
  timers.tick(lingerMs);
  assert.equal(socket.closeCode, undefined);
  socket.open();
  timers.tick(lingerMs);
  assert.equal(socket.closeCode, closeCodes.limit);
  assert.equal(events.length, 1);
});

Deno.test("the end of a peer that disconnects by itself is reported without a code", () => {
  const { socket, events } = start();
  socket.open();
  socket.disconnect();
  assert.deepEqual(events, ["opened", ["closed", undefined]]);
});

Deno.test("after the close, messages are ignored", () => {
  const { socket, events, peer } = start();
  socket.open();
  peer.close(closeCodes.resync);
  socket.receiveRaw("late");
  assert.ok(!events.includes("late"));
});

Deno.test("a message of 4 KiB is accepted, one byte more is not", () => {
  const { socket, events } = start();
  socket.open();
  const text = "€".repeat(1_365) + "x";
  socket.receiveRaw(text);
  assert.equal(events.at(-1), text);
  socket.receiveRaw(text + "x");
  assert.deepEqual(events.at(-1), ["closed", closeCodes.badMessage]);
});

Deno.test("the rate limit holds over any 10 s, not only over fixed ones", () => {
  const { socket, events, timers } = start();
  socket.open();
  for (let count = 0; count < 10; count++) socket.receiveRaw("a");
  timers.tick(6_000);
  for (let count = 0; count < 10; count++) socket.receiveRaw("b");
  timers.tick(4_000);
  for (let count = 0; count < 10; count++) socket.receiveRaw("c");
  assert.equal(events.at(-1), "c");
  socket.receiveRaw("d");
  assert.deepEqual(events.at(-1), ["closed", closeCodes.limit]);
});

Deno.test("a frame that is read resets the count of missed marks", () => {
  const { socket, events, peer } = start();
  socket.open();
  for (let mark = 0; mark < marksMissedMax; mark++) peer.missMark();
  peer.send("frame");
  for (let mark = 0; mark < marksMissedMax; mark++) peer.missMark();
  assert.deepEqual(events, ["opened"]);
  peer.missMark();
  assert.deepEqual(events.at(-1), ["closed", closeCodes.tooSlow]);
});

Deno.test("an answer is sent although the frame before it is unread, up to a bound", () => {
  const { socket, events, peer } = start();
  socket.open();
  socket.bufferedAmount = bufferedBytesMax;
  peer.answer("taken");
  assert.deepEqual(socket.sent, ["taken"]);
  socket.bufferedAmount = bufferedBytesMax + 1;
  peer.answer("refused");
  assert.deepEqual(socket.sent, ["taken"]);
  assert.deepEqual(events.at(-1), ["closed", closeCodes.tooSlow]);
});

Deno.test("a socket that does not open in time is dropped, an open one is not", () => {
  const { socket, events, peer, timers } = start();
  peer.closeIfNeverOpened(timers.now + openTimeoutMs);
  assert.deepEqual(events, []);
  peer.closeIfNeverOpened(timers.now + openTimeoutMs + 1);
  assert.deepEqual(events, [["closed", undefined]]);
  assert.equal(socket.closeCode, undefined);
  const other = start();
  other.socket.open();
  other.peer.closeIfNeverOpened(timers.now + openTimeoutMs + 1);
  assert.deepEqual(other.events, ["opened"]);
});

Deno.test("a peer that does not answer the close is reported as gone when its connection ends, once", () => {
  const { socket, gone, peer } = start();
  socket.open();
  peer.close(closeCodes.badMessage);
  assert.equal(gone.count, 0);
  socket.onclose?.(new CloseEvent("close"));
  socket.onerror?.(new Event("error"));
  assert.equal(gone.count, 1);
});

Deno.test("a connection that never ends counts as gone after ten minutes", () => {
  const { socket, gone, peer, timers } = start();
  socket.open();
  peer.close(closeCodes.badMessage);
  timers.tick(goneTimeoutMs - 1);
  assert.equal(gone.count, 0);
  timers.tick(1);
  assert.equal(gone.count, 1);
});
