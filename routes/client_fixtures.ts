// Owns a client of an app in the same process, for tests: what it sends, and the answers it reads. No product code imports it.

import assert from "node:assert/strict";
import type { Hono } from "hono";
import { createLog } from "../lib/log.ts";
import type { Env } from "./env.ts";
import { createAnswer, errorHandler } from "./middleware/errors.ts";
import { problemResponse } from "./middleware/problem.ts";

export interface TestRequest {
  readonly method?: string;
  readonly json?: unknown;
  /** As a browser's own form sends it. */
  readonly form?: Record<string, string>;
  readonly body?: BodyInit;
  readonly token?: string | undefined;
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- tests look into answers freely; assertions hold their shape
  readonly json: any;
}

export type Client = (path: string, request?: TestRequest) => Promise<TestAnswer>;

export function createClient(
  app: { request(path: string, init: RequestInit): Response | Promise<Response> },
): Client {
  return async function request(path, request = {}) {
    const { type, body } = bodyOf(request);
    const { token, cookie, form } = request;
    const response = await app.request(path, {
      method: request.method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...(type && { "content-type": type }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(cookie && { cookie }),
        ...(form && { accept: "text/html", "sec-fetch-site": "same-origin" }),
        ...request.headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = text !== "" && /json/.test(response.headers.get("content-type") ?? "");
    const { status, headers } = response;
    return { status, headers, text, json: isJson ? JSON.parse(text) : undefined };
  };
}

/** A client of routes that are mounted nowhere: no page explains their refusals. */
export function createPartClient(part: Hono<Env>): Client {
  const answer = createAnswer((_, problem) => problemResponse(problem));
  part.onError(errorHandler({ log: createLog("silent"), answer }));
  return createClient(part);
}

function bodyOf(
  { json, form, body }: TestRequest,
): { type?: string; body: BodyInit | undefined } {
  if (json !== undefined) return { type: "application/json", body: JSON.stringify(json) };
  if (form) {
    const type = "application/x-www-form-urlencoded";
    return { type, body: new URLSearchParams(form).toString() };
  }
  return { body };
}

/** A redirection with 303, and where it leads. */
export function assertLeadsTo({ status, headers, text }: TestAnswer, path: string) {
  assert.equal(status, 303, text);
  assert.equal(headers.get("location"), path);
}

/** The time to come back stands in whole seconds. */
export function assertRetryAfter({ headers }: TestAnswer) {
  assert.match(headers.get("retry-after") ?? "", /^[1-9]\d*$/);
}

/** Both cookies of the sign-in are deleted. */
export function assertCookiesGone(answer: TestAnswer) {
  const cookies = Object.entries(cookiesOf(answer));
  assert.equal(cookies.length, 2);
  for (const [name, value] of cookies) assert.match(value, /^; Max-Age=0/, name);
}

/** The cookies that an answer sets, by their name: value and attributes. */
export function cookiesOf({ headers }: TestAnswer): Record<string, string> {
  return Object.fromEntries(
    headers.getSetCookie().map((line) => {
      const [name = "", rest = ""] = line.split(/=(.*)/);
      return [name, rest];
    }),
  );
}
