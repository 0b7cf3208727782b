// Owns the wire form of a problem (RFC 9457). Holds only what the client may see.

import { STATUS_CODES } from "node:http";
import type { Problem } from "../../lib/errors.ts";

/** Programs read `code`, people read `detail`. Never cached, as the next try may succeed. */
export function problemResponse({ status, code, field, message, headers }: Problem): Response {
  const detail = field ? `${field}: ${message}` : message;
  const body = { type: "about:blank", title: STATUS_CODES[status], status, detail, code };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      ...headers,
    },
  });
}
