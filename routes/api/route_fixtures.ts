// Owns the test of one route of the API: a case for each answer in the OpenAPI document, and no other answer. No product code imports it.

import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../app_fixtures.ts";
import { assertRetryAfter, type TestAnswer, type TestRequest } from "../client_fixtures.ts";

/** Begins with what is answered: "204 ends the session", "404 unknown_session for another user's". */
type Case = (app: TestApp) => Promise<TestAnswer>;

interface RouteTest {
  /** Well formed, so that no refusal but the one that a case is about stands in its way. */
  readonly sample?: Pick<TestRequest, "json" | "body"> & { readonly query?: string };
  readonly cases: Readonly<Record<string, Case>>;
}

interface Operation {
  readonly security?: unknown;
  readonly requestBody?: { readonly content: Record<string, unknown> };
  readonly responses: Record<string, { readonly description: string }>;
}

/** For parameters of the path: of a form that the route accepts. */
const parameters: Readonly<Record<string, string>> = {
  id: "0190a1b2-0000-7000-8000-000000000000",
  ticker: "AAPL",
};

export function testRoute(route: string, { sample = {}, cases }: RouteTest) {
  const [method = "", template = ""] = route.split(" ");

  Deno.test(`${route} answers what the document says, and nothing else`, async (t) => {
    await using app = await createTestApp();
    const { paths } = (await app.request("/api/openapi.json")).json;
    const operation: Operation = paths[template]?.[method.toLowerCase()];
    assert.ok(operation, "The document does not have this route.");
    const path = template.replace(/\{(\w+)\}/g, (_, name) => parameters[name] ?? "") +
      (sample.query ?? "");
    const send = (request: TestRequest) => app.request(path, { method, ...sample, ...request });
    const all = { ...cases, ...commonCases(operation, { method, app, send }) };

    for (const [name, ask] of Object.entries(all)) {
      await t.step(name, async () => assertAnswer(await ask(app), answerIn(name)));
    }
    await t.step("each answer of the document has a case, and each case is in the document", () => {
      assert.deepEqual([...new Set(Object.keys(all).map(answerIn))].sort(), answersOf(operation));
    });
  });
}

/** The refusals that stand before a route's own handler. */
function commonCases(
  { security, requestBody }: Operation,
  { method, app, send }: {
    method: string;
    app: TestApp;
    send: (request: TestRequest) => Promise<TestAnswer>;
  },
): Record<string, Case> {
  const json = { "content-type": "application/json" };
  const tooLarge = `"${"x".repeat(65_536)}"`;
  const signedIn = async (request: TestRequest = {}) => {
    const { token } = security ? await app.signUp() : {};
    return await send({ token, ...request });
  };
  return {
    ...(security !== undefined && {
      "401 invalid_token without a sign-in": () => send({}),
      "503 unavailable while the store does not answer": async () => {
        const { token } = await app.signUp();
        return await app.withoutStore(() => send({ token }));
      },
    }),
    ...(method !== "GET" && {
      "403 forbidden_origin when another site's page sends it": () =>
        send({ headers: { "sec-fetch-site": "cross-site" } }),
    }),
    ...(requestBody && {
      "413 body_too_large for more than 64 KB": () =>
        signedIn({ json: undefined, body: tooLarge, headers: json }),
    }),
    ...(requestBody?.content["application/json"] !== undefined && {
      "400 bad_request for a body that is not JSON": () =>
        signedIn({ json: undefined, body: "{", headers: json }),
      "415 unsupported_media_type for JSON that is called text": () =>
        signedIn({ json: undefined, body: "{}", headers: { "content-type": "text/plain" } }),
    }),
  };
}

function assertAnswer(answer: TestAnswer, expected: string) {
  const { status, headers, json } = answer;
  assert.equal([status, json?.code].filter(Boolean).join(" "), expected, answer.text);
  if (status < 400) return;
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.equal(headers.get("cache-control"), "no-store");
  if (status === 429 || status === 503) assertRetryAfter(answer);
  if (json.code === "invalid_token") assert.equal(headers.get("www-authenticate"), "Bearer");
}

/** "404 unknown_list" of "404 unknown_list for another user's". */
function answerIn(name: string): string {
  const [, success, refusal] = /^([23]\d\d) |^(\d{3} [a-z_]+)\b/.exec(name) ?? [];
  const answer = success ?? refusal;
  assert.ok(answer, `"${name}" does not begin with an answer.`);
  return answer;
}

/** A refusal's description names its codes. */
function answersOf({ responses }: Operation): string[] {
  return Object.entries(responses).flatMap(([status, { description }]) => {
    const codes = [...description.matchAll(/`([a-z_]+)`:/g)].map(([, code]) => code);
    return codes.length === 0 ? [status] : codes.map((code) => `${status} ${code}`);
  }).sort();
}
