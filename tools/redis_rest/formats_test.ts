import assert from "node:assert/strict";
import { type AskOptions, eventually, openRest, readData } from "./rest_fixtures.ts";

const resp2 = { "upstash-response-format": "resp2" };

Deno.test("integers that a float cannot hold keep every digit, in answers and in arguments", async () => {
  await using rest = await openRest();
  const body = '["SET", "n", 9007199254740993]';
  assert.deepEqual(await rest.ask({ body }), [200, { result: "OK" }]);
  assert.equal(await rest.run("GET", "n"), "9007199254740993");
  const textOf = async (options: AskOptions) => (await rest.request(options)).text();
  assert.equal(await textOf({ path: "/incrby/n/1000" }), '{"result":9007199254741993}');
  const least = "-9223372036854775808";
  await rest.run("SET", "least", least);
  assert.equal(
    await textOf({ path: "/pipeline", json: [["INCRBY", "least", "0"], ["STRLEN", "least"]] }),
    `[{"result":${least}},{"result":20}]`,
  );
  assert.equal(await rest.run("EVAL", "return redis.status_reply('FINE')", 0), "FINE");
});

Deno.test("if RESP2 is asked for, the answer is the bytes that Redis itself would send", async () => {
  await using rest = await openRest();
  async function bytesOf(options: AskOptions) {
    const response = await rest.request({ ...options, headers: resp2 });
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    const bytes = new Uint8Array(await response.arrayBuffer());
    return [response.status, String.fromCharCode(...bytes)];
  }
  const raw = new Uint8Array([0, 255, 13, 10]);
  assert.deepEqual(await bytesOf({ path: "/set/raw", body: raw }), [200, "+OK\r\n"]);
  assert.deepEqual(await bytesOf({ path: "/get/raw" }), [200, "$4\r\n\0\xff\r\n\r\n"]);
  assert.deepEqual(await bytesOf({ path: "/get/none" }), [200, "$-1\r\n"]);
  assert.deepEqual(await bytesOf({ path: "/strlen/raw" }), [200, ":4\r\n"]);
  const nested = ["EVAL", "return {'x', {7, false}, redis.error_reply('MINE x')}", 0];
  assert.deepEqual(await bytesOf({ json: nested }), [
    200,
    "*3\r\n$1\r\nx\r\n*2\r\n:7\r\n$-1\r\n-MINE x\r\n",
  ]);
  const wrong = "-ERR wrong number of arguments for 'get' command\r\n";
  assert.deepEqual(await bytesOf({ path: "/get" }), [400, wrong]);
  const pipeline = [["GET", "none"], ["GET"], ["STRLEN", "raw"]];
  assert.deepEqual(await bytesOf({ path: "/pipeline", json: pipeline }), [
    200,
    `$-1\r\n${wrong}:4\r\n`,
  ]);
  // Transactions are answered in JSON only, and two encodings at once are refused.
  const multi = { path: "/multi-exec", json: [["STRLEN", "raw"]], headers: resp2 };
  assert.deepEqual(await rest.ask(multi), [200, [{ result: 4 }]]);
  const [status] = await rest.ask({ headers: { ...resp2, "upstash-encoding": "base64" } });
  assert.equal(status, 400);
});

Deno.test("a request that cannot be parsed gets the error texts that clients of Upstash know", async () => {
  await using rest = await openRest();
  const answers: [AskOptions, string][] = [
    [{}, "ERR failed to parse command"],
    [{ body: '{"a":1}' }, "ERR failed to parse command"],
    [{ body: "[]" }, "ERR empty command"],
    [{ path: "/pipeline" }, "ERR failed to parse pipeline request"],
    [{ path: "/pipeline", json: ["GET", "a"] }, "ERR failed to parse pipeline request"],
    [{ path: "/pipeline", json: [] }, "ERR empty pipeline request"],
    [{ path: "/multi-exec", body: "{" }, "ERR failed to parse transaction request"],
    [{ path: "/multi-exec", json: [] }, "ERR empty transaction request"],
  ];
  for (const [options, error] of answers) {
    assert.deepEqual(await rest.ask(options), [400, { error }], error);
  }
  const pipeline = [["SET", "a", "1"], [], ["GET", null], ["GET", "a"]];
  assert.deepEqual(await rest.ask({ path: "/pipeline", json: pipeline }), [200, [
    { result: "OK" },
    { error: "ERR empty pipeline command" },
    { error: "ERR null args are not supported" },
    { result: "1" },
  ]]);
  const [status, answer] = await rest.ask({ path: "/multi-exec", json: [["SET", "a", "2"], []] });
  assert.deepEqual([status, await rest.run("GET", "a")], [400, "1"]);
  assert.match(Object(answer).error, /^EXECABORT /);
});

Deno.test("maps, scored sets, streams and positions come as the flat or nested arrays of RESP2", async () => {
  await using rest = await openRest();
  await rest.run("HSET", "h", "f", "v", "g", 1.5);
  assert.deepEqual(await rest.run("HGETALL", "h"), ["f", "v", "g", "1.5"]);
  assert.deepEqual(await rest.run("HGETALL", "none"), []);
  await rest.run("ZADD", "z", 1.5, "a", 2, "b");
  assert.deepEqual(await rest.run("ZRANGE", "z", 0, -1, "WITHSCORES"), ["a", "1.5", "b", "2"]);
  assert.equal(await rest.run("ZSCORE", "z", "a"), "1.5");
  await rest.run("XADD", "s", "1-1", "f", "v");
  assert.deepEqual(await rest.run("XRANGE", "s", "-", "+"), [["1-1", ["f", "v"]]]);
  assert.deepEqual(await rest.run("GEOPOS", "geo", "none"), [null]);
  assert.deepEqual(await rest.run("EVAL_RO", "return {1, 'a', {'b'}}", 0), [1, "a", ["b"]]);
});

Deno.test("a client of MONITOR sees each command, until it disconnects", async () => {
  await using rest = await openRest({ pingIntervalMs: 20 });
  const monitor = await rest.request({ path: "/monitor", method: "POST" });
  assert.equal(monitor.headers.get("content-type"), "text/event-stream");
  await rest.run("SET", "k", "v");
  const { lines } = await readData(monitor, 2);
  assert.equal(lines[0], 'data: "OK"');
  assert.match(lines[1] ?? "", /^data: \d+\.\d+ \[0 127\.0\.0\.1:\d+\] "SET" "k" "v"$/);
  await eventually(async () => assert.equal(await rest.connections("monitor"), 0));
  assert.equal((await rest.ask({ path: "/monitor", token: "wrong" }))[0], 401);
});

Deno.test("a HEAD request runs its command and holds no stream open", async () => {
  await using rest = await openRest({ pingIntervalMs: 20 });
  const head = await rest.request({ path: "/set/a/1", method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  assert.equal(await rest.run("GET", "a"), "1");
  await rest.request({ path: "/subscribe/ch", method: "HEAD" });
  await eventually(async () => assert.equal(await rest.connections("subscribe"), 0));
});
