import assert from "node:assert/strict";
import { createTestApp } from "./app_fixtures.ts";

Deno.test("in development the stream's first event is the build", async () => {
  await using app = await createTestApp({ config: { devBuild: "b1" } });
  const { status, headers, body } = await app.app.request("/dev/events");
  assert.equal(status, 200);
  assert.equal(headers.get("content-type"), "text/event-stream");
  const reader = body!.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "data: b1\n\n");
  await reader.cancel();
});

Deno.test("otherwise there is no such route, and no page names it", async () => {
  await using app = await createTestApp();
  assert.equal((await app.request("/dev/events")).status, 404);
  assert.doesNotMatch((await app.request("/login")).text, /dev\/events/);
});
