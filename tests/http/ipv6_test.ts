// IPv6 from end to end: each address to listen on, a page, a form, a socket, and the limits of an address.

import assert from "node:assert/strict";
import { call, openLive } from "../support/api_client.ts";
import { createFormClient } from "../support/form_client.ts";
import { startServer } from "../support/server.ts";
import { runTask } from "../support/task.ts";

for (
  const [host, shown, names] of [
    ["::1", "[::1]", ["[::1]"]],
    ["::", "localhost", ["[::1]", "127.0.0.1", "localhost"]],
  ] as const
) {
  Deno.test(`HOST=${host} serves pages, forms and sockets at ${names.join(" and ")}`, async () => {
    await using server = await startServer({ env: { HOST: host, SOCKETS_PER_IP: "2" } });
    const { port } = new URL(server.url);
    assert.ok(server.output().includes(`http://${shown}:${port}/`), server.output());
    for (const name of names) {
      const url = `http://${name}:${port}`;
      const browser = createFormClient(url);
      const credentials = { username: "user1", password: "watchlist" };
      const answer = await browser.post("/login", credentials, { origin: url });
      assert.equal(answer.location, "/watchlist");
      const headers = { cookie: browser.cookie(), origin: url };
      const live = await openLive(url, { headers });
      assert.equal((await live.next("hello")).user, "user1");
      live.close();
      await live.closed;
    }
    const url = `http://[::1]:${port}`;
    const sockets = [await openLive(url), await openLive(url), await openLive(url)];
    assert.equal((await sockets[2]!.closed).code, 4502, "the limit of an address holds");
    for (const socket of sockets) socket.close();
    assert.equal((await call(`${url}/metrics`)).status, 200);
    const health = await runTask("health", { env: { HOST: host, PORT: port } });
    assert.equal(health.code, 0, health.output);
  });
}
