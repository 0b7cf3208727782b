// Owns the shapes of the HTTP API: what bodies must be, and what answers look like in the OpenAPI document.

import { z } from "@hono/zod-openapi";
import { problems } from "../../lib/errors.ts";

export const tickerBody = z.object({ ticker: z.string().max(64) }).openapi("TickerBody");
export const orderBody = z.object({ tickers: z.array(z.string().max(64)).max(1_000) })
  .openapi("OrderBody");

export const tickerParam = z.object({ ticker: z.string().openapi({ example: "AAPL" }) });
export const tickersQuery = z.object({
  tickers: z.string().max(4_000).default("").openapi({ example: "AAPL,MSFT" }),
});

const priceText = z.string().nullable().openapi({ example: "190.10" });
const time = z.iso.datetime().nullable();
const session = z.enum(["pre", "open", "post", "closed"]).nullable();

export const priceFields = z.object({
  last_price: priceText,
  last_updated: time,
  previous_close: priceText,
  session,
  stale: z.boolean(),
});

export const security = z.object({
  ticker: z.string(),
  name: z.string(),
  exchange: z.string(),
}).openapi("Security");

export const securityDetail = security.extend(priceFields.shape).openapi("SecurityDetail");

export const watchlistRow = z.object({ ticker: z.string(), name: z.string() })
  .extend(priceFields.shape).openapi("WatchlistRow");

export const listState = z.object({
  id: z.string(),
  version: z.number().int(),
  tickers: z.array(z.string()),
}).openapi("ListState");

export const seriesAnswer = z.record(
  z.string(),
  z.object({
    points: z.array(z.tuple([z.number().int(), z.string()])).openapi({
      description: "Unix ms and price, the oldest first, at most 96",
    }),
    low: z.string(),
    high: z.string(),
  }),
);

export const quotesAnswer = z.object({
  epoch: z.number().int(),
  seq: z.number().int(),
  at: z.number().int().openapi({ description: "Unix ms of the tick" }),
  quotes: z.record(
    z.string(),
    z.object({
      price: priceText,
      previous_close: priceText,
      as_of: time,
      seen_at: time,
      source: z.string(),
      session,
      stale: z.boolean(),
    }),
  ),
}).openapi("Quotes");

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(Object.keys(problems) as [keyof typeof problems]),
  detail: z.string(),
}).openapi("Problem");

/** An answer in JSON, for a route's table of responses. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A body in JSON. */
export function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

/** A problem's answer, by the codes it may carry. */
export function refusal(...codes: (keyof typeof problems)[]) {
  const description = codes.map((code) => `\`${code}\`: ${problems[code][1]}`).join(" ");
  return { description, content: { "application/problem+json": { schema: problem } } };
}
