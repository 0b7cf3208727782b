// Owns GET /dev/events, in development alone: says which build serves, on a stream that ends with this process.

import { Hono } from "hono";
import { reloadPath } from "../lib/render/reload.tsx";
import type { Env } from "./env.ts";

export function devRoutes(build: string): Hono<Env> {
  return new Hono<Env>().get(reloadPath, (c) => {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(`data: ${build}\n\n`)),
    });
    c.header("Content-Type", "text/event-stream");
    c.header("Cache-Control", "no-store, no-transform");
    return c.body(stream);
  });
}
