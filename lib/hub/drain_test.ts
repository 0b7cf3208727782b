import assert from "node:assert/strict";
import { closeCodes } from "../protocol.ts";
import { startMs } from "../bus/leader_fixtures.ts";
import { startHub } from "./hub_fixtures.ts";
import { type FakeSocket, ofType } from "./socket/socket_fixtures.ts";

Deno.test("a drain says bye, closes all as restarting within its time, and takes nobody in", async () => {
  const { closeCode, hub, connect, connectStock, pass, now } = await startHub();
  const sockets: FakeSocket[] = [];
  for (let count = 0; count < 200; count++) sockets.push(await connect());
  const stock = await connectStock("AAPL");
  for (const socket of sockets) socket.take();
  let drainedAt = 0;
  void hub.drain(10_000).then(() => drainedAt = now());
  await pass(0);
  const closed = () => sockets.filter(({ closeCode }) => closeCode !== undefined).length;
  for (const socket of sockets) {
    const [bye] = ofType(socket.take(), "bye");
    assert.ok(bye && bye.retryAfterMs >= 0 && bye.retryAfterMs <= 10_000);
  }
  assert.ok(closed() < 200, "they go bit by bit");
  assert.equal(await closeCode(await connect()), closeCodes.restarting);
  await pass(10_000);
  assert.equal(closed(), 200);
  assert.ok([...sockets, stock].every(({ closeCode }) => closeCode === closeCodes.restarting));
  assert.ok(drainedAt > startMs && drainedAt <= startMs + 10_000);
});

Deno.test("a drain of a few sockets is over as soon as they answered their close", async () => {
  const { hub, connect, pass, now } = await startHub();
  const socket = await connect();
  let drainedAt = Infinity;
  void hub.drain(10_000).then(() => drainedAt = now());
  await pass(200);
  assert.equal(socket.closeCode, closeCodes.restarting);
  assert.equal(drainedAt, Infinity, "its close is not answered yet");
  socket.vanish();
  await pass(100);
  assert.ok(drainedAt <= startMs + 300);
});

Deno.test("who does not answer its close is not waited for", async () => {
  const { hub, connect, pass, now } = await startHub();
  await connect();
  let drainedAt = Infinity;
  void hub.drain(10_000).then(() => drainedAt = now());
  await pass(1_000);
  assert.ok(drainedAt < startMs + 1_000);
});
