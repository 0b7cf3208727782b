import assert from "node:assert/strict";
import { createApi } from "./api.ts";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

/** Answers each call from a queue of responses. An Error in it is a failure of the network. */
function startApi(...answers: (Response | Error)[]) {
  const calls: Call[] = [];
  const api = createApi((input, init) => {
    calls.push({
      method: init?.method ?? "GET",
      path: String(input),
      body: typeof init?.body === "string" ? init.body : undefined,
    });
    const answer = answers.shift();
    assert.ok(answer, `no answer is left for ${input}`);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }, "l1");
  return { api, calls, paths: () => calls.map(({ method, path }) => `${method} ${path}`) };
}

function problem(status: number, body: Record<string, string>): Response {
  return Response.json(body, { status, headers: { "content-type": "application/problem+json" } });
}

Deno.test("an addition sends the ticker and returns the server's list", async () => {
  const { api, calls } = startApi(
    Response.json({ id: "l1", version: 4, tickers: ["AAPL"] }, { status: 201 }),
  );
  assert.deepEqual(await api.add("AAPL"), { kind: "done", version: 4, tickers: ["AAPL"] });
  assert.deepEqual(calls, [
    { method: "POST", path: "/api/watchlists/l1/items", body: `{"ticker":"AAPL"}` },
  ]);
});

Deno.test("a removal reads the list's version from the ETag, since the answer has no body", async () => {
  const { api, paths } = startApi(
    new Response(null, { status: 204, headers: { etag: `"0190-ab:17"` } }),
  );
  assert.deepEqual(await api.remove("BRK.B"), { kind: "done", version: 17 });
  assert.deepEqual(paths(), ["DELETE /api/watchlists/l1/items/BRK.B"]);
});

Deno.test("a removal without an ETag has no version", async () => {
  const { api } = startApi(new Response(null, { status: 204 }));
  assert.deepEqual(await api.remove("AAPL"), { kind: "done" });
});

Deno.test("a refusal has the code and the text of the problem", async () => {
  const { api } = startApi(problem(409, { code: "list_full", detail: "The list is full." }));
  assert.deepEqual(await api.add("AAPL"), {
    kind: "refused",
    code: "list_full",
    text: "The list is full.",
  });
});

Deno.test("the HTML error page of a proxy is a refusal too", async () => {
  const { api } = startApi(new Response("<html>", { status: 502 }));
  assert.deepEqual(await api.add("AAPL"), {
    kind: "refused",
    code: "502",
    text: "The server refused that.",
  });
});

Deno.test("a failure of the network is an outcome, not an exception", async () => {
  const { api } = startApi(new TypeError("offline"));
  assert.deepEqual(await api.add("AAPL"), { kind: "unreachable" });
});

Deno.test("an expired sign-in is renewed once, and the change is sent again", async () => {
  const { api, paths } = startApi(
    problem(401, { code: "invalid_token" }),
    Response.json({ expiresIn: 900 }),
    Response.json({ id: "l1", version: 4, tickers: ["AAPL"] }),
  );
  assert.equal((await api.add("AAPL")).kind, "done");
  assert.deepEqual(paths(), [
    "POST /api/watchlists/l1/items",
    "POST /api/auth/refresh",
    "POST /api/watchlists/l1/items",
  ]);
});

Deno.test("a sign-in that cannot be renewed has ended", async () => {
  const refused = startApi(problem(401, {}), problem(401, {}));
  assert.deepEqual(await refused.api.add("AAPL"), { kind: "signed_out" });
  const still = startApi(problem(401, {}), Response.json({}), problem(401, {}));
  assert.deepEqual(await still.api.add("AAPL"), { kind: "signed_out" });
});

Deno.test("a renewal without an answer does not sign the user out", async () => {
  const { api } = startApi(problem(401, {}), new TypeError("offline"));
  assert.deepEqual(await api.add("AAPL"), { kind: "unreachable" });
});

Deno.test("concurrent renewals share one request", async () => {
  const { api, paths } = startApi(Response.json({}), Response.json({}));
  assert.deepEqual(await Promise.all([api.refresh(), api.refresh()]), ["renewed", "renewed"]);
  await api.refresh();
  assert.deepEqual(paths(), ["POST /api/auth/refresh", "POST /api/auth/refresh"]);
});

Deno.test("a name that cannot be read is undefined", async () => {
  const { api } = startApi(Response.json({ ticker: "AAPL", name: "Apple Inc." }), new Error("no"));
  assert.equal(await api.name("AAPL"), "Apple Inc.");
  assert.equal(await api.name("AAPL"), undefined);
});
