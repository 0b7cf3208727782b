// Owns the shapes that several parts of the API share: tickers, prices, securities.

import { z } from "@hono/zod-openapi";

export const tickerParam = z.object({ ticker: z.string().openapi({ example: "AAPL" }) });

export const priceText = z.string().nullable().openapi({ example: "190.10" });
export const time = z.iso.datetime().nullable();
export const session = z.enum(["pre", "open", "post", "closed"]).nullable();

export const priceFields = z.object({
  last_price: priceText,
  last_updated: time,
  previous_close: priceText,
  session,
  stale: z.boolean(),
});
