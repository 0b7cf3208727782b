// Owns building hostile requests from routes: method, target, headers, body and the user whose credentials they contain.

import fc from "fast-check";
import { concat, latin1Bytes } from "./connection.ts";
import type { FuzzRoute } from "./routes.ts";
import type { FuzzUser, FuzzUsers } from "./users.ts";
import { type Body, bodyOf, extraHeaders, queryOf, segment, ticker } from "./values.ts";

/** `forger` sends tokens with invalid signatures. */
export type Caller = "nobody" | "forger" | keyof FuzzUsers;

export interface FuzzRequest {
  readonly route: FuzzRoute;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Body | undefined;
  readonly chunked: boolean;
  readonly caller: Caller;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
const oddMethods = ["PROPFIND", "get", "X".repeat(300), "__proto__", "M-SEARCH"];
const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
const carriers = new Set(["authorization", "cookie"]);
const endsSessions = /logout|session|account|auth/i;

export function arbitraryRequest(
  routes: readonly FuzzRoute[],
  users: FuzzUsers,
): fc.Arbitrary<FuzzRequest> {
  const ids = [...users.a.listIds, ...users.b.listIds, crypto.randomUUID(), "first"];
  return fc.constantFrom(...routes).chain((route) =>
    fc.record({
      method: fc.oneof(
        { weight: 12, arbitrary: fc.constant(route.method) },
        { weight: 2, arbitrary: fc.constantFrom(...methods) },
        { weight: 1, arbitrary: fc.constantFrom(...oddMethods) },
      ),
      path: pathOf(route, ids),
      query: queryOf(route),
      extra: extraHeaders,
      body: bodyOf(route),
      hasBody: fc.integer({ min: 0, max: 9 }),
      chunked: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
      caller: fc.constantFrom<Caller>("nobody", "forger", "a", "a", "b", "b", "leaver"),
      carrier: fc.constantFrom("bearer", "cookie", "both"),
    }).map(({ path, query, extra, hasBody, carrier, ...rest }): FuzzRequest => {
      const wantsBody = !safeMethods.has(rest.method);
      const body = (hasBody === 0) !== wantsBody ? rest.body : undefined;
      const caller = allowedCaller(rest.caller, rest.method, path);
      const own = credentials(caller, { carrier, users });
      // With the credentials of two users, one more header could make the request another user's.
      const more = own.length > 1 ? extra.filter(([name]) => !carriers.has(name)) : extra;
      const headers = [...own, ...more];
      return { ...rest, route, target: path + query, body, caller, headers };
    })
  );
}

/** A request that may end a session is sent as the user that may lose its session. */
function allowedCaller(caller: Caller, method: string, path: string): Caller {
  const isProtected = caller === "a" || caller === "b";
  // A percent-encoding may hide the word, so an encoded path counts as one that contains it.
  const mayEnd = !safeMethods.has(method) && (endsSessions.test(path) || path.includes("%"));
  return isProtected && mayEnd ? "leaver" : caller;
}

function pathOf({ path }: FuzzRoute, ids: readonly string[]): fc.Arbitrary<string> {
  const parameters: Record<string, fc.Arbitrary<string>> = {
    ticker: fc.oneof(ticker.map(encodeURIComponent), segment),
    id: fc.oneof(fc.constantFrom(...ids), segment),
  };
  const parts = path.split("/").map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    return name === undefined ? fc.constant(part) : parameters[name] ?? segment;
  });
  const plain = fc.tuple(...parts).map((each) => each.join("/"));
  return fc.oneof(
    { weight: 10, arbitrary: plain },
    { weight: 1, arbitrary: plain.map((each) => `${each}/`) },
    { weight: 1, arbitrary: fc.tuple(plain, fc.nat(6)).map(bend) },
    { weight: 1, arbitrary: fc.tuple(plain, segment).map((each) => each.join("/")) },
  );
}

/** Other spellings of the same address, and some addresses that only look like it. */
function bend([path, way]: [string, number]): string {
  const [, first = "", rest = ""] = /^\/?(.?)(.*)$/s.exec(path) ?? [];
  const ways = [
    `/${path}`,
    `/.${path}`,
    `/x/..${path}`,
    `/%${(first.codePointAt(0) ?? 0).toString(16)}${rest}`,
    path.toUpperCase(),
    `http://evil.example${path}`,
    path.replaceAll("/", "%2f"),
  ];
  return ways[way] ?? path;
}

function credentials(
  caller: Caller,
  { carrier, users }: { carrier: string; users: FuzzUsers },
): [string, string][] {
  if (caller === "nobody") return [];
  const { accessToken, refreshToken }: Pick<FuzzUser, "accessToken" | "refreshToken"> =
    caller === "forger"
      ? {
        accessToken: forged(users.a.accessToken),
        refreshToken: forged(users.leaver.refreshToken),
      }
      : users[caller];
  const bearer: [string, string] = ["authorization", `Bearer ${accessToken}`];
  // Only the leaver's refresh token is sent: a repeated or altered one revokes its session.
  const refresh = caller === "leaver" || caller === "forger" ? `; qb_refresh=${refreshToken}` : "";
  const cookie: [string, string] = ["cookie", `qb_access=${accessToken}${refresh}`];
  if (carrier === "both" && (caller === "a" || caller === "b")) {
    // A Bearer token takes precedence over a cookie, and the cookie is another user's.
    const other = caller === "a" ? users.b : users.a;
    return [bearer, ["cookie", `qb_access=${other.accessToken}`]];
  }
  return carrier === "cookie" ? [cookie] : [bearer];
}

function forged(token: string): string {
  const middle = Math.floor(token.length / 2);
  return token.slice(0, middle) + (token[middle] === "A" ? "B" : "A") + token.slice(middle + 1);
}

/** The bytes on the wire. A repeated header is sent repeatedly. */
export function encodeRequest({ method, target, headers, body, chunked }: FuzzRequest) {
  const hasHost = headers.some(([name]) => name === "host");
  const length = body?.bytes.length ?? 0;
  const framing = body === undefined
    ? []
    : [chunked ? ["transfer-encoding", "chunked"] : ["content-length", String(length)]];
  const type = body?.contentType === undefined ? [] : [["content-type", body.contentType]];
  const isUpgrade = headers.some(([name]) => name === "upgrade");
  const lines = [
    ...(hasHost ? [] : [["host", "127.0.0.1"]]),
    ...(isUpgrade ? [["connection", "upgrade"]] : []),
    ...headers,
    ...type,
    ...framing,
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = latin1Bytes(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`);
  if (body === undefined) return head;
  return concat([head, ...(chunked ? chunksOf(body.bytes) : [body.bytes])]);
}

function chunksOf(bytes: Uint8Array): Uint8Array[] {
  const end = latin1Bytes("0\r\n\r\n");
  if (bytes.length === 0) return [end];
  return [latin1Bytes(`${bytes.length.toString(16)}\r\n`), bytes, latin1Bytes("\r\n"), end];
}
