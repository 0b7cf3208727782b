// The task as an operator runs it, and the link as a guest opens it.

import assert from "node:assert/strict";
import { createFormClient } from "../../tests/support/form_client.ts";
import { call } from "../../tests/support/api_client.ts";
import { startPostgres } from "../../tests/support/postgres.ts";
import { startServer } from "../../tests/support/server.ts";
import { runTask, withFolder } from "../../tests/support/task.ts";

const task = "users:invite";
const account = { username: "guest", password: "a long enough one" };

Deno.test("a link made beside a running service creates one account, and never reaches the log", async () => {
  await using postgres = await startPostgres();
  const env = { DATABASE_URL: postgres.url };
  await using server = await startServer({ env: { ...env, REGISTRATION: "invite" } });
  const { url } = server;
  const { code, output } = await runTask(task, { args: [`--origin=${url}`], env });
  assert.equal(code, 0, output);
  assert.match(output, /good once, for 7 days/);
  const [, path = "", invite = ""] = /(\/register\?invite=([\w-]{43}))\n/.exec(output) ?? [];
  const browser = createFormClient(url);
  assert.equal((await browser.get("/register")).status, 403);
  assert.equal((await browser.get(path)).status, 200);
  assert.equal((await browser.post("/register", { ...account, invite })).location, "/watchlist");
  const again = { ...account, username: "another", invite };
  const refused = await call(`${url}/api/auth/register`, { json: again });
  assert.deepEqual([refused.status, refused.body.code], [403, "invalid_invite"]);
  assert.ok(!server.output().includes(invite));
});

Deno.test("each wrong use gets one sentence", async () => {
  await withFolder(async (folder) => {
    const env = { KV_PATH: `${folder}/quoteboard.kv` };
    for (
      const [args, sentence] of [
        [[], /There is no KV file/],
        [["guest"], /The task takes no names/],
        [["--origin=quotes"], /--origin must be an address such as/],
      ] as const
    ) {
      const { code, output } = await runTask(task, { args, env });
      assert.equal(code, 1);
      assert.match(output, sentence);
      assert.doesNotMatch(output, /\bat .*\.ts:\d+/);
    }
  });
});
