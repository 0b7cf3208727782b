import { Redis } from "@upstash/redis/cloudflare";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createClient } from "redis";
import { StartupError } from "../lib/errors.ts";
import { startGateway, startRedis } from "../tests/support/redis.ts";
import { connectRedis } from "./redis_rest/connections.ts";
import { type AskOptions, eventually, openRest, readData } from "./redis_rest/rest_fixtures.ts";
import { startRedisRest } from "./redis_rest.ts";

Deno.test("a command is taken from the body, from the path, or from both", async () => {
  await using rest = await openRest();
  assert.deepEqual(await rest.ask({ json: ["SET", "a", "1"] }), [200, { result: "OK" }]);
  assert.deepEqual(await rest.ask({ path: "/incrby/a/41" }), [200, { result: 42 }]);
  assert.deepEqual(await rest.ask({ path: "/get/none" }), [200, { result: null }]);
  await rest.ask({ path: "/set/a%2Fb?EX=100", body: '{"x": "ü/?"}' });
  assert.equal(await rest.run("GET", "a/b"), '{"x": "ü/?"}');
  assert.equal(await rest.run("TTL", "a/b"), 100);
  await rest.ask({ path: "/SET/c/d/EX/50/" });
  assert.equal(await rest.run("TTL", "c"), 50);
  await rest.run("HSET", "h", "object", { n: [1, true] }, "number", 1.5, "flag", false);
  const values = await rest.run("HMGET", "h", "object", "number", "flag", "none");
  assert.deepEqual(values, ['{"n":[1,true]}', "1.5", "false", null]);
});

Deno.test("bytes are kept in base64, at any depth; numbers, null and OK are not encoded", async () => {
  await using rest = await openRest();
  const headers = { "upstash-encoding": "base64" };
  const bytes = new Uint8Array([0, 255, 10, 128]);
  assert.deepEqual(await rest.ask({ path: "/set/raw", body: bytes, headers }), [200, {
    result: "OK",
  }]);
  const inText = btoa(String.fromCharCode(...bytes));
  assert.deepEqual(await rest.ask({ path: "/get/raw", headers }), [200, { result: inText }]);
  const nested = ["EVAL", "return {'ü', {'x', {7, false}}}", 0];
  assert.deepEqual(await rest.ask({ json: nested, headers }), [200, {
    result: ["w7w=", ["eA==", [7, null]]],
  }]);
  assert.deepEqual(await rest.ask({ json: ["PING"], headers }), [200, { result: "UE9ORw==" }]);
  assert.deepEqual(await rest.ask({ json: ["PING"] }), [200, { result: "PONG" }]);
});

Deno.test("an error of Redis is a 400; in a pipeline it takes the place of the result", async () => {
  await using rest = await openRest();
  const wrong = "ERR wrong number of arguments for 'get' command";
  assert.deepEqual(await rest.ask({ json: ["GET"] }), [400, { error: wrong }]);
  const pipeline = [["SET", "a", "x"], ["GET"], ["INCR", "a"], ["SELECT", 1], ["GET", "a"]];
  assert.deepEqual(await rest.ask({ path: "/pipeline", json: pipeline }), [200, [
    { result: "OK" },
    { error: wrong },
    { error: "ERR value is not an integer or out of range" },
    { error: "ERR Command is not available: 'SELECT'" },
    { result: "x" },
  ]]);
});

Deno.test("a transaction runs completely or, if one of its commands is invalid, not at all", async () => {
  await using rest = await openRest();
  const multi = (json: unknown) => rest.ask({ path: "/multi-exec", json });
  assert.deepEqual(await multi([["SET", "a", "x"], ["INCR", "a"], ["LPUSH", "l", 1]]), [200, [
    { result: "OK" },
    { error: "ERR value is not an integer or out of range" },
    { result: 1 },
  ]]);
  for (const [broken, cause] of [["GET", "wrong number"], ["WATCH", "not available"]] as const) {
    const [status, answer] = await multi([["SET", "a", "never"], [broken]]);
    assert.equal(status, 400);
    assert.match(Object(answer).error, new RegExp(`^EXECABORT .*${cause}`));
  }
  assert.equal(await rest.run("GET", "a"), "x");
  const many = Array.from(
    { length: 20 },
    (_, index) => multi([["SET", "owner", index], ["INCR", "count"], ["GET", "owner"]]),
  );
  for (const [index, [, answer]] of (await Promise.all(many)).entries()) {
    assert.equal(Object(answer)[2].result, String(index), "no other transaction came between");
  }
  assert.equal(await rest.run("GET", "count"), "20");
});

Deno.test("without the token every answer is 401; the token may also be in the query", async () => {
  await using rest = await openRest();
  const paths = ["/", "/get/a", "/pipeline", "/multi-exec", "/subscribe/a"];
  for (const path of paths) {
    for (const token of ["wrong", "", `${rest.gateway.token}x`]) {
      assert.deepEqual(await rest.ask({ path, token }), [401, { error: "Unauthorized" }]);
    }
  }
  const query = `?_token=${encodeURIComponent(rest.gateway.token)}`;
  const response = await fetch(`${rest.gateway.url}/echo/hi${query}`);
  assert.deepEqual(await response.json(), { result: "hi" });
  await assert.rejects(startRedisRest({ port: 0, token: "" }), StartupError);
});

Deno.test("each answer's sync token is greater than the previous one", async () => {
  await using rest = await openRest();
  let last = 0;
  for (let turn = 0; turn < 5; turn++) {
    const response = await rest.request({ json: ["PING"] });
    await response.body?.cancel();
    const token = Number(response.headers.get("upstash-sync-token"));
    assert.ok(token > last);
    last = token;
  }
});

Deno.test("an invalid request gets an error that says so, and a too large one is refused", async () => {
  await using rest = await openRest();
  const refused: [AskOptions, number][] = [
    [{ body: "{" }, 400],
    [{ json: "PING" }, 400],
    [{ json: [] }, 400],
    [{ json: [7] }, 400],
    [{ json: ["GET", null] }, 400],
    [{ path: "/pipeline", json: ["PING"] }, 400],
    [{ path: "/pipeline", json: Array(10_001).fill(["PING"]) }, 400],
    [{ path: "/subscribe" }, 400],
    [{ path: "/get/%ff" }, 400],
    [{ method: "DELETE", path: "/get/a" }, 405],
    [{ path: "/get/a", headers: { "upstash-response-format": "resp3" } }, 400],
    [{ path: "/set/a", body: "x".repeat(16 * 1024 * 1024 + 1) }, 413],
  ];
  for (const [options, expected] of refused) {
    const [status, answer] = await rest.ask(options);
    assert.equal(status, expected, JSON.stringify(answer));
    assert.equal(typeof Object(answer).error, "string");
  }
  const commands =
    "SHUTDOWN,config,SUBSCRIBE,MULTI,AUTH,SYNC,ACL SETUSER,CLIENT PAUSE,client kill,SWAPDB,SAVE,BGSAVE";
  for (const command of commands.split(",")) {
    const [status, answer] = await rest.ask({ json: [...command.split(" "), "0", "1"] });
    assert.equal(status, 400);
    assert.match(Object(answer).error, /not available/);
  }
  assert.equal(await rest.run("PING"), "PONG");
});

Deno.test("a subscriber receives what is published, never in base64, and pings in between", async () => {
  await using rest = await openRest({ pingIntervalMs: 30 });
  const headers = { "upstash-encoding": "base64" };
  const [channel, pattern] = await Promise.all([
    rest.request({ path: "/subscribe/ch", method: "POST", headers }),
    rest.request({ path: "/psubscribe/c%3F" }),
  ]);
  assert.equal(channel.headers.get("content-type"), "text/event-stream");
  assert.equal(await rest.run("PUBLISH", "ch", "a,b ü"), 2);
  setTimeout(() => void rest.run("PUBLISH", "ch", "two\nlines"), 100);
  assert.deepEqual((await readData(pattern, 2)).lines, [
    "data: psubscribe,c?,1",
    "data: pmessage,c?,ch,a,b ü",
  ]);
  const heard = await readData(channel, 4);
  assert.deepEqual(heard.lines, [
    "data: subscribe,ch,1",
    "data: message,ch,a,b ü",
    "data: message,ch,two",
    "data: lines",
  ]);
  assert.ok(heard.comments >= 1, "dead readers show only when something is written");
});

Deno.test("a blocking command delays nobody; a client that disconnects frees its connection", async () => {
  await using rest = await openRest({ pingIntervalMs: 30 });
  const leaving = new AbortController();
  const { signal } = leaving;
  const disconnected = [
    assert.rejects(rest.request({ path: "/blpop/none/0", signal })),
    rest.request({ path: "/subscribe/ch", signal }).then(({ body }) =>
      assert.rejects(body!.getReader().closed)
    ),
  ];
  const popped = rest.ask({ path: "/blpop/list/0" });
  await eventually(async () => assert.equal(await rest.connections("blpop"), 2));
  await eventually(async () => assert.equal(await rest.connections("subscribe"), 1));
  leaving.abort();
  await Promise.all(disconnected);
  await eventually(async () => {
    assert.equal(await rest.connections("blpop"), 1);
    assert.equal(await rest.connections("subscribe"), 0);
  });
  await rest.run("RPUSH", "list", "x");
  assert.deepEqual(await popped, [200, { result: ["list", "x"] }]);
});

Deno.test("there is a bound for streams, and an ended stream makes place for another", async () => {
  await using rest = await openRest({ connectionsMax: 3, pingIntervalMs: 20 });
  const subscribe = () => rest.request({ path: "/subscribe/ch" });
  async function fill() {
    const streams = await Promise.all([subscribe(), subscribe(), subscribe()]);
    assert.deepEqual(streams.map(({ status }) => status), [200, 200, 200]);
    assert.equal((await rest.ask({ path: "/subscribe/ch" }))[0], 503);
    assert.equal((await rest.ask({ path: "/multi-exec", json: [["PING"]] }))[0], 503);
    return streams;
  }
  for (const stream of await fill()) await stream.body?.cancel();
  await eventually(async () => assert.equal(await rest.connections("subscribe"), 0));
  const ended = (await fill()).map(({ body }) => body!.pipeTo(new WritableStream()));
  await rest.redis.restart();
  await Promise.all(ended);
  await eventually(async () => assert.equal(await rest.run("PING"), "PONG"));
  for (const stream of await fill()) await stream.body?.cancel();
});

Deno.test("while Redis is down the answer is 503 and streams end; when it is up again, everything works", async () => {
  await using rest = await openRest();
  await rest.ask({ path: "/multi-exec", json: [["SET", "a", "1"]] });
  const stream = await rest.request({ path: "/subscribe/ch" });
  const ended = readData(stream, Infinity);
  await rest.redis.stop();
  assert.deepEqual((await ended).lines, ["data: subscribe,ch,1"]);
  for (const path of ["/get/a", "/subscribe/ch", "/blpop/a/0"]) {
    assert.equal((await rest.ask({ path }))[0], 503, path);
  }
  assert.equal((await rest.ask({ path: "/pipeline", json: [["GET", "a"]] }))[0], 503);
  assert.equal((await rest.ask({ path: "/multi-exec", json: [["GET", "a"]] }))[0], 503);
  await rest.redis.restart();
  await eventually(async () => assert.equal(await rest.run("PING"), "PONG"));
  const again = await rest.ask({ path: "/multi-exec", json: [["SET", "a", "1"]] });
  assert.deepEqual(again, [200, [{ result: "OK" }]]);
});

Deno.test("if Redis hangs, the gateway answers within its deadline, and uses Redis again once it responds", async () => {
  await using rest = await openRest({ commandTimeoutMs: 100 });
  rest.redis.pause();
  const answers = await Promise.all([
    rest.ask({ json: ["PING"] }),
    rest.ask({ json: ["PING"] }),
    rest.ask({ path: "/multi-exec", json: [["PING"]] }),
  ]);
  for (const [status] of answers) assert.ok(status === 503 || status === 504, `status ${status}`);
  rest.redis.resume();
  await eventually(async () => assert.equal(await rest.run("PING"), "PONG"));
});

Deno.test("the gateway starts before Redis does", async () => {
  await using redis = await startRedis();
  await redis.stop();
  await using gateway = await startGateway({ redisUrl: redis.url });
  const client = new Redis({ url: gateway.url, token: gateway.token, enableTelemetry: false });
  await assert.rejects(client.ping(), /cannot be reached/);
  await redis.restart();
  await eventually(async () => assert.equal(await client.ping(), "PONG"));
});

Deno.test("the task's permissions are sufficient, and a signal stops it cleanly", async () => {
  await using redis = await startRedis();
  const config = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  const [program, ...args] = String(config.tasks["redis-rest"].command).split(" ");
  assert.equal(program, "deno");
  const process = new Deno.Command(Deno.execPath(), {
    args,
    cwd: fileURLToPath(new URL("../", import.meta.url)),
    env: { PORT: "0", REDIS_URL: redis.url, UPSTASH_REDIS_REST_TOKEN: "secret" },
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  const [url = ""] = /http:\S+/.exec(value) ?? [];
  const client = new Redis({ url, token: "secret", enableTelemetry: false });
  await client.set("a", "1");
  const blocking = await fetch(`${url}/blpop/none/0.01?_token=secret`);
  assert.deepEqual(await blocking.json(), { result: null });
  await redis.restart({ keepData: true });
  await eventually(async () => assert.equal(await client.get("a"), 1));
  process.kill("SIGTERM");
  await reader.cancel();
  assert.equal((await process.status).code, 0);
});

Deno.test("flushing all touches the gateway's own database only", async () => {
  await using rest = await openRest();
  const other = await createClient({ url: rest.redis.url, database: 3 }).connect();
  await other.set("kept", "x");
  await rest.run("SET", "a", "1");
  assert.equal(await rest.run("FLUSHALL"), "OK");
  assert.equal(await rest.run("GET", "a"), null);
  assert.equal(await other.get("kept"), "x");
  other.destroy();
});

Deno.test("a primary that became a replica is left for the one that its address leads to", async () => {
  await using rest = await openRest();
  const admin = await createClient({ url: rest.redis.url }).connect();
  const connections = async () =>
    Number(/total_connections_received:(\d+)/.exec(await admin.info("stats"))?.[1]);
  await rest.run("SET", "a", "1");
  const before = await connections();
  await admin.sendCommand(["REPLICAOF", "127.0.0.1", "1"]);
  const [status, answer] = await rest.ask({ json: ["SET", "a", "2"] });
  assert.equal(status, 400);
  assert.match(Object(answer).error, /^READONLY/);
  await eventually(async () => assert.equal(await connections(), before + 1));
  await admin.sendCommand(["REPLICAOF", "NO", "ONE"]);
  await eventually(async () => assert.equal(await rest.run("SET", "a", "3"), "OK"));
  admin.destroy();
});

Deno.test("a transaction's connection to a primary that became a replica is not used again", async () => {
  await using rest = await openRest();
  const admin = await createClient({ url: rest.redis.url }).connect();
  const connections = async () =>
    Number(/total_connections_received:(\d+)/.exec(await admin.info("stats"))?.[1]);
  const multi = () => rest.ask({ path: "/multi-exec", json: [["SET", "a", "1"]] });
  assert.equal((await multi())[0], 200);
  const before = await connections();
  assert.equal((await multi())[0], 200);
  assert.equal(await connections(), before, "in good times it is used again");
  await admin.sendCommand(["REPLICAOF", "127.0.0.1", "1"]);
  for (const more of [0, 1, 2]) {
    assert.match(JSON.stringify(await multi()), /READONLY/);
    assert.equal(await connections(), before + more);
  }
  admin.destroy();
});

Deno.test("an old primary that answers no more is left for good after the time of a command", async () => {
  // Speaks just enough: it refuses the first command as a replica does, and is silent then.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const left = Promise.withResolvers<void>();
  const connected: Deno.Conn[] = [];
  async function serve(connection: Deno.Conn, isFirst: boolean) {
    const bytes = new Uint8Array(1_024);
    let reads = 0;
    while (await connection.read(bytes).catch(() => null) !== null) {
      const text = "-READONLY You can't write against a read only replica.\r\n";
      if (isFirst && reads++ === 0) await connection.write(new TextEncoder().encode(text));
    }
    if (isFirst) left.resolve();
  }
  const accepted = (async () => {
    for await (const connection of listener) {
      connected.push(connection);
      void serve(connection, connected.length === 1);
    }
  })();
  const redisUrl = `redis://127.0.0.1:${listener.addr.port}`;
  const connections = await connectRedis({ redisUrl, commandTimeoutMs: 200, connectionsMax: 2 });
  const answers = [
    connections.runShared([["SET", "a", "1"]]),
    connections.runShared([["GET", "a"]]),
  ];
  const [refused, silent] = await Promise.allSettled(answers);
  assert.equal(refused?.status, "fulfilled");
  assert.equal(silent?.status, "rejected");
  await left.promise;
  connections.close();
  listener.close();
  for (const connection of connected) connection.close();
  await accepted.catch(() => {});
});
