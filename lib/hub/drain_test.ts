import assert from "node:assert/strict";
import { closeCodes } from "../protocol.ts";
import { startMs } from "../bus/leader_fixtures.ts";
import { startHub } from "./hub_fixtures.ts";
import { type FakeSocket, ofType } from "./socket/socket_fixtures.ts";

Deno.test("a drain sends bye, closes all sockets as restarting in its time, and accepts no socket", async () => {
  const { closeCode, hub, connect, connectStock, pass, now } = await startHub();
  const sockets: FakeSocket[] = [];
  for (let count = 0; count < 200; count++) sockets.push(await connect());
  const stock = await connectStock("AAPL");
  for (const socket of sockets) socket.takeSent();
  let drainedAt = 0;
  void hub.drain(10_000).then(() => drainedAt = now());
  await pass(0);
  const closed = () => sockets.filter(({ closeCode }) => closeCode !== undefined).length;
  assert.equal(await hub.arrive({ signal: new AbortController().signal }), undefined);
  assert.ok(closed() < 200, "they are closed bit by bit");
  assert.equal(await closeCode(await connect()), closeCodes.restarting);
  await pass(10_000);
  assert.equal(closed(), 200);
  for (const socket of sockets) {
    const [bye] = ofType(socket.takeSent(), "bye");
    // The closes are spread, so that nobody waits in addition.
    assert.equal(bye?.retryAfterMs, 0);
  }
  assert.ok([...sockets, stock].every(({ closeCode }) => closeCode === closeCodes.restarting));
  assert.ok(drainedAt > startMs && drainedAt <= startMs + 10_000);
});

Deno.test("a short drain tells the clients to come back over a longer time", async () => {
  const { hub, connect, pass } = await startHub();
  const sockets: FakeSocket[] = [];
  for (let count = 0; count < 1_000; count++) sockets.push(await connect());
  for (const socket of sockets) socket.takeSent();
  void hub.drain(100, 10_000);
  await pass(100);
  const delays = sockets.map((socket) => ofType(socket.takeSent(), "bye")[0]!.retryAfterMs);
  assert.ok(delays.some((ms) => ms > 1_000) && delays.every((ms) => ms <= 10_000));
});

Deno.test("a drain of a few sockets ends as soon as they have answered their close", async () => {
  const { hub, connect, pass, now } = await startHub();
  const socket = await connect();
  let drainedAt = Infinity;
  void hub.drain(10_000).then(() => drainedAt = now());
  await pass(200);
  assert.equal(socket.closeCode, closeCodes.restarting);
  assert.equal(drainedAt, Infinity, "its close is not answered yet");
  socket.disconnect();
  await pass(100);
  assert.ok(drainedAt <= startMs + 300);
});

Deno.test("a drain does not wait for a socket that does not answer its close", async () => {
  const { hub, connect, pass, now } = await startHub();
  await connect();
  let drainedAt = Infinity;
  void hub.drain(10_000).then(() => drainedAt = now());
  await pass(1_000);
  assert.ok(drainedAt < startMs + 1_000);
});
