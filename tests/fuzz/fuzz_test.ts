// Sends hostile requests to a real server, and checks that no answer is forbidden. bench/fuzz.ts runs longer.

import assert from "node:assert/strict";
import type { Exchange } from "./connection.ts";
import { runRawFuzz } from "./raw_run.ts";
import type { FuzzRequest } from "./requests.ts";
import { routesOf } from "./routes.ts";
import { faultsOfLog, runFuzz } from "./run.ts";
import { registerFuzzUsers } from "./users.ts";
import { markup } from "./values.ts";
import { faultsOf } from "./verdict.ts";
import { startServer } from "../support/server.ts";

const seed = 20_260_311;
const requests = 3_000;

Deno.test("no hostile request breaks the service, leaks another user's data or gets an unexplained refusal", async (t) => {
  console.info(`Replay: deno task bench:fuzz --seed=${seed} --requests=${requests}`);
  await using server = await startServer({
    env: { POLL_INTERVAL_MS: "1000", LOG_LEVEL: "error", ALLOWED_ORIGINS: "http://x" },
  });
  const { url } = server;

  await t.step("over HTTP, on every route", async () => {
    const routes = await routesOf(url);
    const users = await registerFuzzUsers(url);
    const { faults, table, ownMarks } = await runFuzz({ url, routes, users, seed, requests });
    assert.deepEqual(faults, []);
    assert.equal(table.size, new Set(routes.map(({ method, path }) => `${method} ${path}`)).size);
    assert.ok(ownMarks > 0, "no user saw their own data, so no leak could show");
  });

  await t.step("over raw sockets, with malformed requests and frames", async () => {
    const { faults } = await runRawFuzz({ url, seed, bent: 100 });
    assert.deepEqual(faults, []);
  });

  const { success } = await server.stop();
  assert.ok(success, server.output());
  assert.deepEqual(faultsOfLog(server.output()), []);
});

Deno.test("the verdict sees each fault that the runs look for", () => {
  const secure: [string, string][] = [
    ["content-security-policy", "x"],
    ["x-content-type-options", "nosniff"],
  ];
  const json: [string, string] = ["content-type", "application/problem+json"];
  const html: [string, string] = ["content-type", "text/html; charset=utf-8"];
  const problem = (code: string, status: number) => JSON.stringify({ code, status });
  const user = (mark: string) => ({
    accessToken: `access ${mark}`,
    refreshToken: `refresh ${mark}`,
    listIds: [`list ${mark}`],
    secrets: [mark],
  });
  const users = { a: user("mark of a"), b: user("mark of b"), leaver: user("") };

  function verdict(exchange: Exchange, request: Partial<FuzzRequest> = {}) {
    const route = { method: "GET", path: "/api/{id}", query: [], body: undefined, form: [] };
    const plain = { method: "GET", target: "/api/x", headers: [], body: undefined, chunked: false };
    return faultsOf({ route, ...plain, caller: "a", ...request }, exchange, users).join();
  }
  const answer = (status: number, headers: [string, string][], text = ""): Exchange => ({
    status,
    headers: new Map(headers),
    body: new TextEncoder().encode(text),
  });

  const good = answer(404, [...secure, json], problem("not_found", 404));
  assert.equal(verdict(good), "");
  assert.equal(
    verdict(answer(503, [...secure, json, ["retry-after", "1"]], problem("unavailable", 503))),
    "",
  );
  assert.match(verdict("reset"), /without an answer/);
  assert.match(verdict("silent"), /no answer/);
  assert.match(verdict(answer(500, [...secure, json], problem("internal", 500))), /status 500/);
  assert.match(verdict(answer(503, [...secure, json], problem("unavailable", 503))), /Retry-After/);
  assert.match(verdict(answer(404, [...secure, html], "x")), /no problem\+json/);
  assert.match(verdict(answer(404, [...secure, json], problem("other", 404))), /unknown/);
  assert.match(verdict(answer(400, [...secure, json], problem("not_found", 400))), /came with 400/);
  assert.match(verdict(answer(200, secure, "the mark of b")), /a was told what is b's/);
  assert.equal(verdict(answer(200, secure, "the mark of a")), "");
  assert.match(verdict(answer(200, [...secure, ["etag", "mark of b"]])), /b's/);
  assert.equal(verdict(answer(200, secure, "mark of b"), { target: "/api/mark of b" }), "");
  assert.match(verdict(answer(200, secure), { target: "/api/list mark of b" }), /another's list/);
  assert.match(verdict(answer(200, [...secure, ["x-fuzz-injected", "1"]])), /injected/);
  assert.match(verdict(answer(200, [...secure, html], `<p>${markup}`)), /markup/);
  assert.match(verdict(answer(200, [])), /without x-content-type-options/);
});
