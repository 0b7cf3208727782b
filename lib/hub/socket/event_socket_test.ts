import assert from "node:assert/strict";
import { ticker } from "../../bus/bus_fixtures.ts";
import { closeCodes } from "../../protocol.ts";
import { createEventSocket } from "./event_socket.ts";
import { startHub } from "../hub_fixtures.ts";
import { lingerMs } from "./peer.ts";

async function readAll(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  return await new Response(body).text();
}

Deno.test("unread events count as buffered until they are read", async () => {
  const { socket, body, open } = createEventSocket({ random: () => 0 });
  open();
  socket.send("{}");
  assert.equal(socket.bufferedAmount, "retry: 1000\n\ndata: {}\n\n".length);
  const reader = body.getReader();
  await reader.read();
  assert.equal(socket.bufferedAmount, 0);
  await reader.cancel();
});

Deno.test("when the reader cancels, the socket is closed, once", async () => {
  const { socket, body, open } = createEventSocket();
  let closes = 0;
  socket.onclose = () => closes++;
  open();
  await body.cancel();
  socket.close(4000, "restarting");
  socket.send("late");
  assert.deepEqual([closes, socket.bufferedAmount], [1, 0]);
});

Deno.test("a close is sent after everything else, and takes effect once it was read", async () => {
  const { socket, body, open } = createEventSocket({ random: () => 0 });
  let isClosed = false;
  socket.onclose = () => isClosed = true;
  open();
  socket.send('{"type":"bye","retryAfterMs":1}');
  socket.close(4000, "restarting");
  socket.send("late");
  assert.equal(isClosed, false);
  assert.equal(
    await readAll(body),
    'retry: 1000\n\ndata: {"type":"bye","retryAfterMs":1}\n\n' +
      'event: close\ndata: {"code":4000,"reason":"restarting"}\n\n',
  );
  assert.equal(isClosed, true);
});

Deno.test("only messages with a version have an id", async () => {
  const { socket, body, open } = createEventSocket({ random: () => 0 });
  open();
  socket.send('{"type":"hello","v":1,"now":5,"tickMs":5000,"epoch":7,"seq":8,"user":null}');
  socket.send('{"type":"tick","epoch":7,"seq":9,"at":5,"tickMs":5000,"nextAt":6,"quotes":[]}');
  socket.send('{"type":"watchlist","id":"\\"epoch\\":1,\\"seq\\":2","name":"","version":1}');
  socket.close();
  const ids = (await readAll(body)).split("\n").filter((line) => line.startsWith("id: "));
  assert.deepEqual(ids, ["id: 7-8", "id: 7-9"]);
});

Deno.test("for a reader that reads nothing, marks are missed instead of queued, until it is closed as too slow", async () => {
  const { hub, tick, pass } = await startHub();
  const body = hub.acceptEvents({
    address: "192.0.2.1",
    identity: undefined,
    tickers: [ticker("AAPL")],
  });
  await pass(0);
  for (let mark = 0; mark < 20; mark++) await tick();
  await pass(lingerMs);
  const events = (await readAll(body)).trim().split("\n\n");
  assert.deepEqual(JSON.parse(events.at(-1)?.split("data: ")[1] ?? "").code, closeCodes.tooSlow);
  assert.equal(events.filter((event) => event.includes('"type":"tick"')).length, 0);
});
