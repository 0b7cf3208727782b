// Owns the origin of a link that a task prints: where people reach the service.

import { UsageError } from "./task.ts";

/** The address at which the service listens by default. */
export function localOrigin(): string {
  const host = Deno.env.get("HOST") || "127.0.0.1";
  const shown = new Map([["0.0.0.0", "127.0.0.1"], ["::", "::1"]]).get(host) ?? host;
  return `http://${shown.includes(":") ? `[${shown}]` : shown}:${Deno.env.get("PORT") || 8000}`;
}

/** Throws a UsageError for a text that is not an origin. */
export function originOf(text: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.pathname === "/") return url.origin;
  throw new UsageError(`--origin must be an address such as https://quotes.example.com.`);
}
