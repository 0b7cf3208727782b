// Floods of connections and requests, against a real server process: what is open stays served, and the process stays up.

import assert from "node:assert/strict";
import { call, openLive } from "../support/api_client.ts";
import { startFlood } from "../support/request_flood.ts";
import { startServer, type TestServer } from "../support/server.ts";

const tickMs = 1_000;

Deno.test("when connections use up all file descriptors, open sockets keep their ticks, and new clients are served once others leave", async () => {
  await using server = await startServer({
    openFilesMax: 256,
    env: { POLL_INTERVAL_MS: `${tickMs}` },
  });
  const live = await watch(server);
  const idle = await Deno.connect(addressOf(server));
  const silent = await connectSilently(server, 400);

  await assertTicks(live, 4);
  assert.equal(server.hasEnded(), false);
  assert.match(
    await exchange(idle, "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    /^HTTP\/1.1 200/,
  );

  for (const connection of silent) connection.close();
  await until(async () => (await call(`${server.url}/healthz`)).status === 200);
  await assertTicks(live, 2);
  assert.match(server.output(), /No more connections can be accepted/);
  live.close();
  idle.close();
});

Deno.test("a request whose body never ends is refused after 10 s, and no other request follows on its connection", async () => {
  await using server = await startServer();
  const head =
    "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
  const connection = await Deno.connect(addressOf(server));
  const answer = await exchange(connection, `${head}content-length: 50\r\n\r\n{"username":`);
  assert.match(answer, /^HTTP\/1.1 408 /);
  assert.match(answer, /"code":"body_too_slow"/);
  assert.match(answer, /^connection: close\r$/im);
  connection.close();
});

Deno.test("under a flood of cheap requests no tick is missing, and requests past the bound are refused", async (t) => {
  await using server = await startServer({ env: { POLL_INTERVAL_MS: `${tickMs}` } });
  const live = await watch(server);
  const odd = Array.from({ length: 50 }, (_, index) => `qz${index} x\u00fcy ${"ab".repeat(index)}`);
  const floods: Record<string, string[]> = {
    "the API's document": ["/api/openapi.json"],
    "searches of odd text": odd.map((text) =>
      `/api/securities?limit=50&query=${encodeURIComponent(text)}`
    ),
    "a page": ["/"],
  };
  for (const [name, paths] of Object.entries(floods)) {
    await t.step(name, async () => {
      const { url } = server;
      const flood = await startFlood({ url, paths, connections: 1_200, pipelined: 20 });
      await assertTicks(live, 6);
      const { 200: answered = 0, 503: refused = 0, ...others } = await flood.stop();
      assert.ok(answered > 0 && refused > 0, `${answered} answered, ${refused} refused`);
      assert.deepEqual(others, {});
    });
  }
  live.close();
});

function addressOf({ url }: TestServer) {
  const { hostname, port } = new URL(url);
  return { hostname, port: Number(port) };
}

async function watch(server: TestServer) {
  const live = await openLive(server.url);
  live.send({ type: "subscribe", tickers: ["AAPL"] });
  await live.next("tick");
  return live;
}

/** Each next tick is the one of the next mark. */
async function assertTicks(live: Awaited<ReturnType<typeof watch>>, count: number) {
  let { nextAt } = await live.next("tick");
  for (let ticks = 0; ticks < count; ticks++) {
    const next = await live.next("tick");
    assert.equal(next.nextAt, nextAt + tickMs);
    nextAt = next.nextAt;
  }
}

/** Connections that never say anything. Those that the server refuses are left out. */
async function connectSilently(server: TestServer, count: number): Promise<Deno.Conn[]> {
  const attempts = Array.from({ length: count }, () => Deno.connect(addressOf(server)));
  const settled = await Promise.allSettled(attempts);
  return settled.flatMap((outcome) => outcome.status === "fulfilled" ? [outcome.value] : []);
}

/** Sends the text, and returns the first bytes of the answer. */
async function exchange(connection: Deno.Conn, text: string): Promise<string> {
  await connection.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(16_384);
  const length = await connection.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
}

/** Repeats what fails or is false. The bound is for a server that never recovers. */
async function until(isTrue: () => Promise<boolean>) {
  for (let attempts = 0; attempts < 100; attempts++) {
    if (await isTrue().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail("The server did not recover");
}
