import assert from "node:assert/strict";
import { startTcpProxy } from "./tcp_proxy.ts";

/** A server that answers each chunk with the same. */
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

/** "": the connection has ended. */
async function hear(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1_024);
  try {
    const length = await connection.read(buffer);
    return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
  } catch {
    // A reset ends it as well.
    return "";
  }
}

Deno.test("what is said passes both ways; a cut ends connections and lets no new one live until it is healed", async () => {
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

Deno.test("a stall holds back what old and new connections say, and none of it is lost", async () => {
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
  // A connection past the proxy goes there and back meanwhile: time enough for what would leak.
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
