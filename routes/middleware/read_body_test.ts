import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../../lib/clock.ts";
import { assertRetryAfter } from "../client_fixtures.ts";
import { createTestApp } from "../app_fixtures.ts";
import { bodiesPerAddressMax, bodyTimeoutMs } from "./read_body.ts";

/** Sends its part at once, and no more until it is ended. */
function unfinished(part: string) {
  let end = () => {};
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(part));
      end = () => controller.close();
    },
  });
  return { body, end: () => end() };
}

Deno.test("a body that does not end is 408 for JSON, forms and files, and the connection closes", async () => {
  const timers = FakeTimers.createClock(Date.now());
  await using app = await createTestApp({ clock: createClock(timers) });
  const bodies: [path: string, type: string][] = [
    ["/api/auth/login", "application/json"],
    ["/api/watchlists/first/import", "text/csv"],
    ["/login", "application/x-www-form-urlencoded"],
  ];
  for (const [path, type] of bodies) {
    const headers = { "content-type": type };
    const { body } = unfinished('{"username":');
    const asked = app.request(path, { method: "POST", body, headers });
    await timers.tickAsync(bodyTimeoutMs);
    const answer = await asked;
    assert.equal(answer.status, 408, path);
    assert.equal(answer.json.code, "body_too_slow");
    assert.equal(answer.headers.get("connection"), "close");
  }
});

Deno.test("a slow body that ends in time is read as a whole", async () => {
  await using app = await createTestApp();
  const { body, end } = unfinished('{"username":"nobody","password":"a long one"}');
  const headers = { "content-type": "application/json" };
  const asked = app.request("/api/auth/login", { method: "POST", body, headers });
  setTimeout(end, 20);
  assert.equal((await asked).json.code, "invalid_credentials");
});

Deno.test("an address that sends many slow bodies is refused one more, until they end", async () => {
  await using app = await createTestApp();
  const json = { username: "nobody", password: "a long one" };
  const slow = Array.from({ length: bodiesPerAddressMax }, () => unfinished(JSON.stringify(json)));
  const headers = { "content-type": "application/json" };
  const asked = slow.map(({ body }) =>
    app.request("/api/auth/login", { method: "POST", body, headers })
  );
  const refused = await app.request("/api/auth/login", { json });
  assert.deepEqual([refused.status, refused.json.code], [503, "busy"]);
  assertRetryAfter(refused);
  for (const { end } of slow) end();
  await Promise.all(asked);
  assert.equal((await app.request("/api/auth/login", { json })).status, 429);
});
