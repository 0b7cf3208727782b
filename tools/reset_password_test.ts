// The task as an operator runs it, and the link as a user opens it.

import assert from "node:assert/strict";
import { call, openLive, register } from "../tests/support/api_client.ts";
import { createFormClient } from "../tests/support/form_client.ts";
import { startPostgres } from "../tests/support/postgres.ts";
import { startServer } from "../tests/support/server.ts";

const password = "a long enough one";
const chosen = "an even longer one";

Deno.test("a link made beside a running service resets a password once and ends all sessions", async (t) => {
  await using postgres = await startPostgres();
  await using server = await startServer({ env: { DATABASE_URL: postgres.url } });
  const { url } = server;
  const { username, accessToken } = await register(url);
  const origin = `--origin=${url}`;
  const makeLink = async () => {
    const { code, stdout, stderr } = await run([username.toUpperCase(), origin], {
      DATABASE_URL: postgres.url,
    });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /good once, for 1 hour/);
    return stdout.trim().slice(url.length);
  };
  const browser = createFormClient(url);
  const link = await makeLink();
  const [path = "", token = ""] = link.split("?token=");

  await t.step(
    "the page of the link names its user, and no other site learns the link",
    async () => {
      assert.equal(path, "/reset");
      const { status, text, headers } = await browser.get(link);
      assert.equal(status, 200);
      assert.ok(text.includes(username));
      assert.equal(headers.get("referrer-policy"), "strict-origin");
      assert.match(headers.get("cache-control") ?? "", /no-store/);
    },
  );

  await t.step(
    "a password that cannot be taken is explained, and the link stays good",
    async () => {
      for (const newPassword of ["short", "password", username]) {
        const { status, text } = await browser.post(path, { token, newPassword });
        assert.equal(status, 400);
        assert.match(text, /id="newPassword-error"/);
      }
      const forged = { "sec-fetch-site": "cross-site" };
      const { status } = await browser.post(path, { token, newPassword: chosen }, forged);
      assert.equal(status, 403);
    },
  );

  await t.step("a good one signs all devices out and lets the user sign in", async () => {
    const socket = await openLive(url);
    socket.send({ type: "auth", token: accessToken });
    await socket.next("watchlist");
    const { status, location } = await browser.post(path, { token, newPassword: chosen });
    assert.deepEqual([status, location], [303, "/login?password-reset"]);
    assert.match((await browser.get(location!)).text, /Your password is changed/);
    assert.equal((await socket.closed).code, 4501);
    assert.equal((await call(`${url}/api/me`, { token: accessToken })).status, 401);
    const login = (password: string) =>
      call(`${url}/api/auth/login`, { json: { username, password } });
    assert.equal((await login(password)).status, 401);
    assert.equal((await login(chosen)).status, 200);
  });

  await t.step(
    "a used, a replaced, a damaged and an invented link get the same plain page",
    async () => {
      const replaced = (await makeLink()).split("=")[1]!;
      const latest = (await makeLink()).split("=")[1]!;
      const madeUp = latest.replace(/\..*/, `.${"A".repeat(43)}`);
      const pages = new Set<string>();
      for (const useless of [token, replaced, latest.slice(0, -1), madeUp, "", "x".repeat(5_000)]) {
        const shown = await browser.get(`${path}?token=${useless}`);
        const sent = await browser.post(path, { token: useless, newPassword: "one more time" });
        assert.deepEqual([shown.status, sent.status], [410, 410]);
        for (const { text } of [shown, sent]) pages.add(text);
      }
      assert.equal(pages.size, 1);
      assert.match([...pages][0]!, /This link does not work any more/);
      assert.equal((await browser.get(`${path}?token=${latest}`)).status, 200);
    },
  );

  await t.step("neither the link nor a password reaches the log", () => {
    assert.ok(!server.output().includes(token.split(".")[1]!));
    assert.doesNotMatch(server.output(), /long enough|even longer/);
  });
});

Deno.test("for each wrong use the task says in one sentence what is wrong", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/quoteboard.kv`;
  const missing = await run(["user1"], { KV_PATH: path });
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^There is no KV file .*: set KV_PATH/);

  const server = await startServer({ env: { KV_PATH: path } });
  const locked = await run(["user1"], { KV_PATH: path });
  assert.equal(locked.code, 1);
  assert.match(locked.stderr, /in use by another running process: stop that one/);
  await server.stop();

  const faults: [args: string[], sentence: RegExp][] = [
    [[], /^Give the name of a user\.\n\nUsage/],
    [["user1", "user2"], /^Give one name alone: each link is for one user\.\n\nUsage/],
    [["nobody"], /^There is no user "nobody"\.\n$/],
    [["user1", "--origin=quotes"], /^--origin must be an address such as/],
    [["--force", "user1"], /^Unknown option '--force'/],
  ];
  for (const [args, sentence] of faults) {
    const { code, stdout, stderr } = await run(args, { KV_PATH: path });
    assert.deepEqual([code, stdout], [1, ""], args.join(" "));
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /\bat .*\.ts:\d+/);
  }
  const made = await run(["user1"], { KV_PATH: path, PORT: "8123" });
  assert.match(
    made.stdout,
    /^http:\/\/127\.0\.0\.1:8123\/reset\?token=[0-9a-f-]{36}\.[\w-]{43}\n$/,
  );
  const hosts = { "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]" };
  for (const [HOST, shown] of Object.entries(hosts)) {
    const { stdout } = await run(["user1"], { KV_PATH: path, HOST, PORT: "" });
    assert.ok(stdout.startsWith(`http://${shown}:8000/reset?token=`), `${HOST}: ${stdout}`);
  }
  const help = await run(["--help"], {});
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^Usage: deno task users:reset NAME/);
  await Deno.remove(folder, { recursive: true });
});

/** Runs the task of deno.json with its own permissions. */
async function run(args: readonly string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "users:reset", ...args],
    env: { NO_COLOR: "1", ...env },
    signal: AbortSignal.timeout(60_000),
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
