import assert from "node:assert/strict";
import { createTestApp } from "../app_fixtures.ts";
import { createKeptLog } from "./log_fixtures.ts";

Deno.test("each request is counted by its method and its status, refused ones too", async () => {
  await using app = await createTestApp();
  await app.request("/healthz");
  await app.request("/healthz");
  await app.request("/api/me");
  await app.request("/api/auth/login", { method: "PUT" });
  const { values } = await app.deps.metrics.requests.get();
  const counts = values.map(({ labels, value }) => [labels.method, labels.status, value]);
  assert.deepEqual(counts, [["GET", "200", 2], ["GET", "401", 1], ["PUT", "405", 1]]);
});

Deno.test("all unknown methods are counted as one series", async () => {
  await using app = await createTestApp();
  for (const method of ["BREW", "PROPFIND"]) await app.request("/", { method });
  const { values } = await app.deps.metrics.requests.get();
  assert.deepEqual(values.map(({ labels, value }) => [labels.method, value]), [["other", 2]]);
});

Deno.test("a request's line has its path and its time, and neither query, header nor body", async () => {
  const { log, lines } = createKeptLog();
  await using app = await createTestApp({ log });
  await app.request("/api/auth/login?token=secret", {
    json: { username: "secret", password: "secret" },
    headers: { cookie: "qb_access=secret" },
  });
  const debugLines = lines.filter(({ level }) => level === "debug");
  assert.equal(debugLines.length, 1);
  const { ms, ...members } = debugLines[0]!.members;
  assert.equal(typeof ms, "number");
  assert.deepEqual(members, { method: "POST", path: "/api/auth/login", status: 401 });
});
