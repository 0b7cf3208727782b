// Owns the public API of quotes, under /api/quotes: the latest ones, and today's course.

import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import { firstPriceWaitMs } from "../../lib/interest/interest.ts";
import { readTickers } from "../../lib/protocol.ts";
import { parseTicker } from "../../lib/quote.ts";
import { knownTicker } from "../../lib/securities/find_security.ts";
import { askerOf } from "../middleware/caller.ts";
import { identify } from "../middleware/session.ts";
import { createApi, json, refusal } from "./api.ts";
import { quoteContext, quoteFieldsOf, seriesFieldsOf } from "./quote_fields.ts";
import { dayFields, priceText, session, time } from "./schemas.ts";

const tickersMax = 200;
const tags = ["Securities and quotes"];

const request = {
  query: z.object({
    tickers: z.string().max(4_000).default("").openapi({ example: "AAPL,MSFT" }),
  }),
};

const quotesAnswer = z.object({
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
    }).extend(dayFields.shape),
  ),
  aliases: z.record(z.string(), z.string()).optional().openapi({
    description: "The ticker of each text that is another spelling of it; absent if there is none",
    example: { "BRK-B": "BRK.B" },
  }),
}).openapi("Quotes");

const seriesAnswer = z.record(
  z.string(),
  z.object({
    points: z.array(z.tuple([z.number().int(), z.string()])).openapi({
      description: "Unix ms of the reading and price, the oldest first, at most 96",
    }),
    step_ms: z.number().int().openapi({
      description:
        "Points lie about this far apart. More than three times this is a gap: nothing was read",
    }),
    low: z.string(),
    high: z.string(),
  }),
);

const latest = createRoute({
  method: "get",
  path: "/",
  tags,
  summary: "The latest quotes: the polling form of the live stream",
  request,
  responses: {
    200: json(quotesAnswer, "Tickers without a price are left out"),
    400: refusal("invalid_query"),
  },
});

const series = createRoute({
  method: "get",
  path: "/series",
  tags,
  summary: "Today's course of each price, as this service saw it",
  request,
  responses: {
    200: json(seriesAnswer, "Tickers of which nothing was seen are left out"),
    400: refusal("invalid_query"),
  },
});

export function quotesApi(deps: Deps) {
  const { securities, interest, daySeries } = deps;
  const api = createApi();

  api.openapi(latest, async (c) => {
    const { tickers, aliases } = read(c.req.valid("query").tickers);
    const identity = await identify(c.req.raw, deps);
    const options = { asker: askerOf(c, { ...deps, identity }), waitMs: firstPriceWaitMs };
    const { epoch, seq, at, quotes } = await interest.fresh(tickers, options);
    const byTicker = Object.fromEntries(
      quotes.map((quote) => [quote.ticker, quoteFieldsOf(quote, quoteContext(quote.ticker, deps))]),
    );
    const spelled = aliases.length > 0 ? { aliases: Object.fromEntries(aliases) } : {};
    return c.json({ epoch, seq, at, quotes: byTicker, ...spelled }, 200);
  });

  api.openapi(series, (c) => {
    const byTicker: z.infer<typeof seriesAnswer> = {};
    for (const ticker of read(c.req.valid("query").tickers).tickers) {
      const found = daySeries.of(ticker);
      if (found) byTicker[ticker] = seriesFieldsOf(found);
    }
    return c.json(byTicker, 200);
  });

  function read(text: string) {
    const found = readTickers(text.split(","), (text) => knownTicker(securities, text));
    const unknown = found.others.filter((other) => parseTicker(other));
    if (found.tickers.length + unknown.length > tickersMax) {
      throw new Problem("invalid_query", { detail: `At most ${tickersMax} tickers.` });
    }
    return found;
  }

  return api;
}
