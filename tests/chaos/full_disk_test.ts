// The disk of the KV file is full while the service runs, and at its start. A limit on the size of files stands for the disk.

import assert from "node:assert/strict";
import { join } from "node:path";
import { call } from "../support/api_client.ts";
import { servePermissions, startProgram, startServer } from "../support/server.ts";
import { withFolder } from "../support/task.ts";

/** Far more than fit. */
const renamesMax = 5_000;

Deno.test("with a full disk, changes get 503, reads and prices go on, and the strict check and the log say so", async () => {
  await withFolder(async (folder) => {
    const env = { KV_PATH: join(folder, "quoteboard.kv") };
    await using server = await startServer({ env, fileKbMax: 600 });
    const { url } = server;
    const { body: { accessToken: token } } = await call(`${url}/api/auth/login`, {
      json: { username: "user1", password: "watchlist" },
    });
    assert.equal((await call(`${url}/readyz?strict`)).status, 200);

    const [{ id }] = (await call(`${url}/api/watchlists`, { token })).body;
    let renames = 0;
    const rename = () =>
      call(`${url}/api/watchlists/${id}`, {
        method: "PATCH",
        token,
        json: { name: `Name ${renames++}` },
      });
    let last = await rename();
    while (last.status === 200 && renames < renamesMax) last = await rename();
    assert.equal(last.status, 503, JSON.stringify(last.body));
    assert.match(last.headers.get("retry-after") ?? "", /^\d+$/);

    assert.equal((await call(`${url}/api/watchlist`, { token })).status, 200);
    assert.equal((await call(`${url}/readyz`)).status, 200);
    const strict = await call(`${url}/readyz?strict`);
    assert.equal(strict.status, 503, JSON.stringify(strict.body));
    assert.equal(strict.body.checks.store, false);
    assert.equal(strict.body.checks.ticks, true);
    const lines = server.output().split("\n").filter((line) => /cannot write/.test(line));
    assert.equal(lines.length, 1, server.output());
  });
});

Deno.test("a start on a full disk ends with one sentence", async () => {
  await withFolder(async (folder) => {
    for (const fileKbMax of [4, 12, 24, 33, 40, 60]) {
      const env = { PORT: "0", LOG_LEVEL: "silent", NO_COLOR: "1" };
      const path = join(folder, `${fileKbMax}.kv`);
      const options = { fileKbMax };
      const program = startProgram(
        [...servePermissions, "main.ts"],
        { ...env, KV_PATH: path },
        options,
      );
      const { code } = await program.ended();
      const output = program.output();
      assert.equal(code, 1, `${fileKbMax}: ${output}`);
      assert.match(output, /^The (KV )?store /);
      assert.doesNotMatch(output, /\bat .*\.ts:\d+|Uncaught/);
    }
  });
});
