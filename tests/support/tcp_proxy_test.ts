import assert from "node:assert/strict";
import { startTcpProxy } from "./tcp_proxy.ts";

/** A server that sends each chunk back. */
function startEcho() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      void connection.readable.pipeTo(connection.writable).catch(() => {});
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

function open(port: number) {
  return Deno.connect({ hostname: "127.0.0.1", port });
}

async function say(connection: Deno.Conn, text: string) {
  await connection.write(new TextEncoder().encode(text));
}

/** Returns "" if the connection has ended. */
async function hear(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1_024);
  try {
    const length = await connection.read(buffer);
    return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
  } catch {
    // A reset also ends the connection.
    return "";
  }
}

Deno.test("bytes pass both ways; a cut ends connections and drops new ones until it is healed", async () => {
  await using echo = startEcho();
  const proxy = startTcpProxy(echo.port);
  using first = await open(proxy.port);
  await say(first, "hello");
  assert.equal(await hear(first), "hello");
  proxy.cut();
  assert.equal(await hear(first), "");
  using second = await open(proxy.port);
  assert.equal(await hear(second), "");
  proxy.heal();
  using third = await open(proxy.port);
  await say(third, "again");
  assert.equal(await hear(third), "again");
  proxy.close();
  assert.equal(await hear(third), "");
});

Deno.test("a stall delays the bytes of old and new connections, and loses none of them", async () => {
  await using echo = startEcho();
  const proxy = startTcpProxy(echo.port);
  using standing = await open(proxy.port);
  await say(standing, "before");
  assert.equal(await hear(standing), "before");
  proxy.stall();
  using late = await open(proxy.port);
  const heard: string[] = [];
  const hearing = [standing, late].map(async (connection, index) => {
    await say(connection, `held back ${index}`);
    heard.push(await hear(connection));
  });
  // Meanwhile, bytes on a connection beside the proxy go back and forth: enough time for stalled bytes to pass, if they could.
  using beside = await open(echo.port);
  for (let turn = 0; turn < 20; turn++) {
    await say(beside, "beside");
    await hear(beside);
  }
  assert.deepEqual(heard, []);
  proxy.heal();
  await Promise.all(hearing);
  assert.deepEqual(heard.toSorted(), ["held back 0", "held back 1"]);
  proxy.close();
});
