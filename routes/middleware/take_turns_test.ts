import { Hono } from "hono";
import assert from "node:assert/strict";
import { createTestApp } from "../app_fixtures.ts";
import { assertRetryAfter, createPartClient } from "../client_fixtures.ts";
import { boundProgress, takeTurns } from "./take_turns.ts";

/** Keeps the only thread busy. */
function work(ms: number) {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

Deno.test("a timer that is due runs before requests that have arrived already", async () => {
  const app = new Hono().use(takeTurns()).get("/", (c) => {
    answered++;
    work(2);
    return c.text("");
  });
  let answered = 0;
  const requests = Array.from({ length: 300 }, () => app.request("/"));
  const beforeTimer = new Promise<number>((resolve) => setTimeout(() => resolve(answered), 0));
  assert.ok(await beforeTimer < 100, `${await beforeTimer} requests came first`);
  await Promise.all(requests);
  assert.equal(answered, 300);
});

Deno.test("requests run in the order of their arrival", async () => {
  const order: number[] = [];
  const app = new Hono().use(takeTurns()).get("/:number", (c) => {
    order.push(Number(c.req.param("number")));
    work(1);
    return c.text("");
  });
  const numbers = Array.from({ length: 50 }, (_, index) => index);
  await Promise.all(numbers.map((number) => app.request(`/${number}`)));
  assert.deepEqual(order, numbers);
});

Deno.test("past a thousand waiting requests one more is refused, and those that wait are answered", async () => {
  const app = new Hono().use(takeTurns()).get("/", (c) => {
    work(0.2);
    return c.text("");
  });
  const request = createPartClient(app);
  const answers = await Promise.all(Array.from({ length: 1_500 }, () => request("/")));
  const refused = answers.filter(({ status }) => status === 503);
  assert.ok(refused.length >= 400 && refused.length <= 500, `${refused.length} refused`);
  assert.equal(refused[0]?.json.code, "busy");
  assertRetryAfter(refused[0]!);
  assert.equal((await request("/")).status, 200);
});

Deno.test("past 500 requests in progress one more is refused, until one of them ends", async () => {
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
  const app = new Hono().use(boundProgress()).get("/", async (c) => {
    await isReleased;
    return c.text("");
  });
  const request = createPartClient(app);
  const held = Array.from({ length: 500 }, () => request("/"));
  const refused = await request("/");
  assert.deepEqual([refused.status, refused.json.code], [503, "busy"]);
  release();
  for (const { status } of await Promise.all(held)) assert.equal(status, 200);
  assert.equal((await request("/")).status, 200);
});

Deno.test("a request that is refused for want of room is counted, and has the headers of every answer", async () => {
  await using app = await createTestApp();
  const answers = await Promise.all(
    Array.from({ length: 1_300 }, () => app.request("/api/securities?query=a")),
  );
  const refused = answers.filter(({ status }) => status === 503);
  assert.ok(refused.length > 0);
  assert.equal(refused[0]?.headers.get("x-content-type-options"), "nosniff");
  const { values } = await app.deps.metrics.requests.get();
  assert.equal(values.find(({ labels }) => labels.status === "503")?.value, refused.length);
});
