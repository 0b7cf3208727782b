// Owns how tests read a page that explains a refusal, and the refusals that each page's form shares. No product code imports it.

import assert from "node:assert/strict";
import type { TestApp } from "../app_fixtures.ts";
import { assertRetryAfter, type TestAnswer, type TestRequest } from "../client_fixtures.ts";

/** The page explains the refusal where a screen reader says it at once. */
export function assertExplains(
  { status, headers, text }: TestAnswer,
  [expected, explanation]: readonly [status: number, explanation: RegExp],
) {
  assert.equal(status, expected, text);
  assert.match(headers.get("content-type") ?? "", /^text\/html/);
  assert.equal(headers.get("cache-control"), "no-store");
  const [, alert = ""] = /role="alert">(.*?)<\/(?:div|p)>/.exec(text) ?? [];
  assert.match(alert, explanation);
}

/** The page in place of one that could not be made: it says what happened, and leads back. */
export function assertErrorPage(
  { status, text }: TestAnswer,
  [expected, title]: readonly [status: number, title: RegExp],
) {
  assert.equal(status, expected, text);
  assert.match(text, new RegExp(`<p class="status-code">${expected}</p>`));
  assert.match(/<h1>(.*?)<\/h1>/.exec(text)?.[1] ?? "", title);
}

/** The store does not answer: 503, and when to come back. */
export async function assertUnavailable(app: TestApp, path: string, request: TestRequest) {
  const headers = { accept: "text/html", ...request.headers };
  const answer = await app.withoutStore(() => app.request(path, { ...request, headers }));
  assert.equal(answer.status, 503);
  assert.match(answer.text, /The service is busy or starting/);
  assertRetryAfter(answer);
}

/** What is refused before a form is read: another site's page, a form that is too large, a malformed one. */
export async function assertFormsGuarded(app: TestApp, path: string, cookie = "") {
  const form = { a: "b" };
  const send = (request: TestRequest) =>
    app.request(path, { form, cookie, ...request, headers: { ...request.headers } });
  const foreign = await send({ headers: { "sec-fetch-site": "cross-site" } });
  assertErrorPage(foreign, [403, /That did not work/]);
  assertErrorPage(await send({ form: { a: "x".repeat(65_536) } }), [413, /That did not work/]);
  const broken = await send({ headers: { "content-type": "multipart/form-data" } });
  assert.equal(broken.status, 400);
  assert.match(broken.text, /The request could not be understood/);
}
