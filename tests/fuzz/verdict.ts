// Owns the verdict on an answer: what no answer of the service may contain.

import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { problems } from "../../lib/errors.ts";
import { type Exchange, latin1, type RawAnswer } from "./connection.ts";
import { encodeRequest, type FuzzRequest } from "./requests.ts";
import type { FuzzUsers } from "./users.ts";
import { injectedHeader, markup } from "./values.ts";

/** A larger body may be refused while it is still being sent, so that the answer is lost. */
const bodyBytesMax = 64 * 1024;

/** Returns one sentence for each fault of the answer. */
export function faultsOf(request: FuzzRequest, answer: Exchange, users: FuzzUsers): string[] {
  if (answer === "silent") return ["no answer within the time"];
  if (answer === "reset") {
    const mayReset = (request.body?.bytes.length ?? 0) > bodyBytesMax;
    return mayReset ? [] : ["the connection was closed without an answer"];
  }
  if (isPlatformRefusal(answer)) return [];
  const content = textOf(answer);
  return [
    statusFault(answer),
    problemFault(request, answer, content),
    leakFault(request, content + [...answer.headers.values()].join("\n"), users),
    ownershipFault(request, answer, users),
    answer.headers.has(injectedHeader) ? "a header was injected" : undefined,
    isPage(answer) && content.includes(markup) ? "markup was reflected unescaped" : undefined,
    headersFault(request, answer),
  ].filter((fault) => fault !== undefined);
}

/** The platform refuses a request that is not valid HTTP before the service sees it. */
function isPlatformRefusal({ status, headers, body }: RawAnswer): boolean {
  return [400, 414, 431].includes(status) && body.length === 0 && !headers.has("content-type");
}

function statusFault({ status, headers }: RawAnswer): string | undefined {
  if (status < 500 || (status === 503 && headers.has("retry-after"))) return undefined;
  return status === 503 ? "503 without Retry-After" : `status ${status}`;
}

function problemFault(
  { method, target }: FuzzRequest,
  { status, headers }: RawAnswer,
  content: string,
): string | undefined {
  if (status < 400 || !target.startsWith("/api/")) return undefined;
  if (headers.get("content-type") !== "application/problem+json") {
    return `${status} under /api is no problem+json`;
  }
  if (method === "HEAD") return undefined;
  const { code, status: bodyStatus } = JSON.parse(content);
  const known = Object.entries(problems).find(([name]) => name === code);
  if (!known) return `the problem's code "${code}" is unknown`;
  return known[1][0] === status && bodyStatus === status
    ? undefined
    : `"${code}" came with ${status}`;
}

/** Text from the request itself may come back. Text that only the other user knows may not. */
function leakFault(request: FuzzRequest, content: string, users: FuzzUsers): string | undefined {
  for (const name of ["a", "b"] as const) {
    if (request.caller === name) continue;
    const leaked = users[name].secrets.find((secret) => content.includes(secret));
    if (leaked && !latin1(encodeRequest(request)).includes(leaked)) {
      return `${request.caller} was told what is ${name}'s`;
    }
  }
}

function ownershipFault(
  { route, target, caller, method }: FuzzRequest,
  { status }: RawAnswer,
  users: FuzzUsers,
): string | undefined {
  if (status >= 300 || method === "OPTIONS" || !route.path.includes("{id}")) return undefined;
  const isTheirs = (["a", "b"] as const).some((name) =>
    name !== caller && users[name].listIds.some((id) => target.includes(id))
  );
  return isTheirs ? `${caller} was let in to another's list` : undefined;
}

function headersFault({ route }: FuzzRequest, { headers }: RawAnswer): string | undefined {
  // The platform sends the answer to an upgrade as the service made it.
  if (route.path.startsWith("/ws")) return undefined;
  const missing = ["x-content-type-options", "content-security-policy"]
    .filter((name) => !headers.has(name));
  return missing.length > 0 ? `without ${missing.join(" and ")}` : undefined;
}

function isPage({ headers }: RawAnswer): boolean {
  return headers.get("content-type")?.startsWith("text/html") ?? false;
}

export function textOf({ headers, body }: RawAnswer): string {
  if (body.length === 0) return "";
  const encoding = headers.get("content-encoding");
  const plain = encoding === "gzip"
    ? gunzipSync(body)
    : encoding === "br"
    ? brotliDecompressSync(body)
    : body;
  return new TextDecoder().decode(plain);
}
