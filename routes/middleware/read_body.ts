// Owns the reading of a request's body, for all routes: a whole body in memory before the route runs, bounded in size, time and number.

import { createMiddleware } from "hono/factory";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import type { Env } from "../env.ts";
import { callerOf } from "./caller.ts";

/** Larger bodies answer 413. */
const bodyBytesMax = 64 * 1024;
/** The platform has no deadline of its own. A body that is not complete in this time answers 408. */
export const bodyTimeoutMs = 10_000;
/** Bodies that are read at the same time. More answer 503, so that slow clients take at most 64 MiB. */
const bodiesMax = 1_000;
/** The same for one address, so that one client cannot use up all. */
export const bodiesPerAddressMax = 100;

type BodyDeps = Pick<Deps, "clock"> & {
  readonly config: Pick<Deps["config"], "trustedProxies">;
};

export function readBody(deps: BodyDeps) {
  const countOf = new Map<string, number>();
  let count = 0;

  return createMiddleware<Env>(async function readBody(c, next) {
    const { raw } = c.req;
    const hasBody = raw.method !== "GET" && raw.method !== "HEAD" && raw.body;
    if (hasBody) {
      if (Number(raw.headers.get("content-length")) > bodyBytesMax) {
        throw new Problem("body_too_large");
      }
      const { network } = callerOf(c, deps);
      const ofAddress = countOf.get(network) ?? 0;
      if (count >= bodiesMax || ofAddress >= bodiesPerAddressMax) throw new Problem("busy");
      count++;
      countOf.set(network, ofAddress + 1);
      try {
        c.req.raw = new Request(raw, { body: await readInTime(hasBody, deps) });
      } finally {
        count--;
        const left = (countOf.get(network) ?? 0) - 1;
        if (left > 0) countOf.set(network, left);
        else countOf.delete(network);
      }
    }
    await next();
  });
}

async function readInTime(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { clock }: BodyDeps,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let isLate = false;
  const cancelDeadline = clock.after(bodyTimeoutMs, () => {
    isLate = true;
    // The pending read ends with this.
    reader.cancel().catch(() => {});
  });
  try {
    const bytes = await readAll(reader);
    if (!isLate) return bytes;
  } finally {
    cancelDeadline();
  }
  // The rest of the body may still come, so no other request can follow. The platform (Deno 2.9.6) keeps the
  // connection open anyway until the client leaves; nothing of it is left here.
  throw new Problem("body_too_slow", { headers: { Connection: "close" } });
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.byteLength;
    if (length > bodyBytesMax) {
      reader.cancel().catch(() => {});
      throw new Problem("body_too_large");
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
