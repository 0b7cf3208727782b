// Owns the shapes that several parts of the API share: tickers, prices, securities.

import { z } from "@hono/zod-openapi";

export const tickerParam = z.object({ ticker: z.string().openapi({ example: "AAPL" }) });

export const priceText = z.string().nullable().openapi({ example: "190.10" });
export const time = z.iso.datetime().nullable();
export const session = z.enum(["pre", "open", "post", "closed"]).nullable();

export const currency = z.string().nullable().openapi({
  description: "ISO 4217; null if unknown",
  example: "USD",
});

/** Facts of the trading day, null where they are unknown. */
export const dayFields = z.object({
  currency,
  open: priceText,
  high: priceText,
  low: priceText,
  range_seen: z.boolean().openapi({
    description:
      "True: the source tells no high and low, so they are those of the prices that this service saw today",
  }),
  volume: z.number().int().nullable().openapi({ description: "Shares or units traded" }),
  regular_close: z.string().nullable().openapi({
    description: "Before and after hours: the last close of the regular session, beside the price",
    example: "190.10",
  }),
});

export const priceFields = z.object({
  last_price: priceText,
  last_updated: time,
  previous_close: priceText,
  session,
  stale: z.boolean(),
}).extend(dayFields.shape);
