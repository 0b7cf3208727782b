import assert from "node:assert/strict";
import { Problem } from "../../lib/errors.ts";
import { problemResponse } from "./problem.ts";

Deno.test("a problem reaches the client as RFC 9457 says, with its stable code", async () => {
  const response = problemResponse(new Problem("unknown_ticker"));
  assert.equal(response.status, 404);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(await response.json(), {
    type: "about:blank",
    title: "Not Found",
    status: 404,
    detail: "No such ticker is known here.",
    code: "unknown_ticker",
  });
});

Deno.test("a busy service says when to come back", () => {
  const retryAfter = (problem: Problem) => problemResponse(problem).headers.get("retry-after");
  assert.equal(retryAfter(new Problem("unavailable")), "2");
  const own = { "Retry-After": "1" };
  assert.equal(retryAfter(new Problem("unavailable", { headers: own })), "1");
});

Deno.test("a sign-in that is missing or not valid names the scheme that is asked for", () => {
  const { headers } = problemResponse(new Problem("invalid_token"));
  assert.equal(headers.get("www-authenticate"), "Bearer");
});

Deno.test("a problem carries its own detail and headers, and never its cause", async () => {
  const response = problemResponse(
    new Problem("rate_limited", {
      detail: "Try again in a minute.",
      headers: { "Retry-After": "60" },
      cause: new Error("secret"),
    }),
  );
  assert.equal(response.headers.get("retry-after"), "60");
  const text = await response.text();
  assert.ok(!text.includes("secret"));
  assert.equal(JSON.parse(text).detail, "Try again in a minute.");
});
