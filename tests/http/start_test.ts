// Starting and stopping as an operator does: the tasks of deno.json, clear error messages, the rules of an edge runtime.

import assert from "node:assert/strict";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import { startAlbertUpstream } from "../../tools/albert_upstream.ts";
import { call, openLive } from "../support/api_client.ts";
import { freePort } from "../support/free_port.ts";
import { servePermissions, startServer } from "../support/server.ts";
import { permissionsOf } from "../support/task.ts";

Deno.test("each error at start is one clear sentence and exit code 1", async (t) => {
  const folder = await Deno.makeTempDir();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const file = join(folder, "a file");
  await Deno.writeTextFile(file, "");

  const faults: [name: string, env: Record<string, string>, sentence: RegExp][] = [
    [
      "a taken port",
      { PORT: String(listener.addr.port) },
      /^Port \d+ on 127\.0\.0\.1 is taken; set PORT/,
    ],
    ["a port that is none", { PORT: "eighty" }, /^PORT must be a whole number/],
    ["an address of another machine", { HOST: "192.0.2.1" }, /^HOST 192\.0\.2\.1 is no address/],
    ["an unusable data folder", { KV_PATH: join(file, "x.kv") }, /KV_PATH/],
    [
      "an unknown quote source",
      { QUOTE_SOURCE: "nonesuch" },
      /^QUOTE_SOURCE must name known sources/,
    ],
    ["a source without its key", { QUOTE_SOURCE: "albert" }, /^ALBERT_API_URL is required/],
    ["production without keys", { APP_ENV: "production" }, /^JWT_KEYS is required/],
    ["keys that are none", { JWT_KEYS: "{secret" }, /^JWT_KEYS/],
    ["a certificate that is not there", { TLS_CERT: "none.pem", TLS_KEY: "none.pem" }, /^TLS_CERT/],
  ];
  for (const [name, env, sentence] of faults) {
    await t.step(name, async () => {
      const { code, output } = await run({ PORT: "0", KV_PATH: ":memory:", ...env });
      assert.equal(code, 1, output);
      assert.match(output, sentence);
      assert.doesNotMatch(output, /\bat .*\.ts:\d+|Uncaught|secret/, "no stack, no secret");
    });
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("all errors of the environment are reported at once", async () => {
  const { output } = await run({ PORT: "x", LOG_LEVEL: "loud", SOCKETS_PER_IP: "-1" });
  assert.deepEqual(output.trim().split("\n").map((line) => line.split(" ")[0]), [
    "PORT",
    "SOCKETS_PER_IP",
    "LOG_LEVEL",
  ]);
});

Deno.test("the start task shows the address, how to sign in, and what the service uses", async () => {
  await using server = await startServer();
  const output = server.output();
  for (
    const text of [server.url, "user1 or user2", "watchlist", "Deno KV", "in-process", "simulated"]
  ) {
    assert.ok(output.includes(text), `${text} in:\n${output}`);
  }
});

Deno.test("a day's budget survives restarts", async () => {
  const folder = await Deno.makeTempDir();
  const upstream = startAlbertUpstream({ port: 0 });
  const env = {
    KV_PATH: join(folder, "quoteboard.kv"),
    QUOTE_SOURCE: "albert",
    ALBERT_API_URL: upstream.url,
    ALBERT_API_KEY: "demo",
    CALLS_PER_DAY: "4",
    POLL_INTERVAL_MS: "1000",
  };
  const made = () => upstream.calls().prices + upstream.calls().tickers;
  for (const signal of ["SIGTERM", "SIGKILL", "SIGTERM", "SIGKILL", "SIGTERM"] as const) {
    await using server = await startServer({ env });
    // Each start fetches a price immediately, and the test waits for it.
    await call(`${server.url}/api/quotes?tickers=AAPL`);
    assert.match(server.output(), /Budget +at most albert 4 calls a day/);
    await server.stop(signal);
  }
  assert.ok(made() > 1 && made() <= 4, `${made()} calls`);
  await upstream.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("on an edge runtime nothing is written, and the process ends within 5 s of SIGINT", async () => {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const key = { ...await exportJWK(privateKey), kid: "edge" };
  const port = freePort();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["task", "start:edge"],
    env: { PORT: String(port), JWT_KEYS: JSON.stringify({ keys: [key] }), DRAIN_MS: "60000" },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  await answers(url);

  const { keys: [published] } = (await call(`${url}/.well-known/jwks.json`)).body;
  assert.equal(published.kid, "edge");
  const { body } = await call(`${url}/api/auth/login`, {
    json: { username: "user1", password: "watchlist" },
  });
  const live = await openLive(url);
  live.send({ type: "auth", token: body.accessToken });
  await live.next("watchlist");

  const stopping = Date.now();
  process.kill("SIGINT");
  assert.ok((await live.next("bye")).retryAfterMs >= 0);
  assert.equal((await live.closed).code, 4000);
  await process.status;
  assert.ok(Date.now() - stopping < 5_000);

  const granted = Object.keys(permissionsOf("start:edge"));
  for (const kind of ["write", "run", "ffi", "all", "import"]) assert.ok(!granted.includes(kind));
});

Deno.test("a service manager's SIGTERM stops the service in order, through the start task too", async (t) => {
  const unit = await Deno.readTextFile("deploy/quoteboard.service");
  const [, direct = ""] = /^ExecStart=\S+deno (.*)$/m.exec(unit) ?? [];
  for (const args of [["task", "start"], direct.split(" ")]) {
    await t.step(`deno ${args.join(" ")}`, async () => {
      const port = freePort();
      const process = new Deno.Command(Deno.execPath(), {
        args,
        env: { PORT: String(port), KV_PATH: ":memory:", DRAIN_MS: "500" },
        stdout: "null",
        stderr: "null",
      }).spawn();
      const url = `http://127.0.0.1:${port}`;
      await answers(url);
      const live = await openLive(url);
      process.kill("SIGTERM");
      assert.equal((await live.closed).code, 4000);
      assert.equal((await process.status).code, 0);
      await assert.rejects(call(`${url}/healthz`), "nothing is left running");
    });
  }
});

Deno.test("no task has all permissions, and no task that serves can run a program", async () => {
  const { permissions, tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
  for (const [name, { command }] of Object.entries<{ command: string }>(tasks)) {
    // The permissions of a task are in its set alone.
    assert.doesNotMatch(command, /(^| )(-A|--(allow|ignore|deny)-\S+)/, name);
    if (name.startsWith("start")) {
      const granted = Object.keys(permissionsOf(name));
      for (const kind of ["run", "ffi", "import"]) assert.ok(!granted.includes(kind), name);
    }
  }
  for (const [name, set] of Object.entries<Record<string, unknown>>(permissions)) {
    assert.ok(!("all" in set), name);
    assert.doesNotMatch(JSON.stringify(set), /\d+\.\d+/, `${name} names no version`);
  }
});

async function run(env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...servePermissions, "main.ts"],
    env: { LOG_LEVEL: "silent", NO_COLOR: "1", ...env },
    signal: AbortSignal.timeout(20_000),
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function answers(url: string) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      if ((await call(`${url}/readyz`)).status === 200) return;
    } catch {
      // The service does not listen yet. Try again until the deadline.
    }
    if (Date.now() > deadline) throw new Error(`Nothing answers at ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
