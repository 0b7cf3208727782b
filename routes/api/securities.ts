// Owns the public routes of securities and quotes.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import { parseTickers } from "../../lib/protocol.ts";
import { parseTicker, type Ticker } from "../../lib/quote.ts";
import type { Security } from "../../lib/securities/securities.ts";
import { type Env, identify } from "../middleware/http.ts";
import { priceFieldsOf, quoteFieldsOf, seriesFieldsOf } from "./quote_fields.ts";
import * as schemas from "./schemas.ts";

/** A page or a polling client waits this long for a newcomer's first price. */
export const freshWaitMs = 1_200;
const quotesTickersMax = 200;

const searchRoute = createRoute({
  method: "get",
  path: "/api/securities",
  tags: ["Securities and quotes"],
  summary: "Search securities by ticker, name or alias",
  request: {
    query: z.object({
      query: z.string().max(1_000).default("").openapi({ example: "apple" }),
      limit: z.coerce.number().int().min(1).max(50).default(10),
    }),
  },
  responses: {
    200: schemas.json(z.array(schemas.security), "Ranked; blank or no match: []"),
    400: schemas.refusal("invalid_query"),
  },
});

const detailRoute = createRoute({
  method: "get",
  path: "/api/securities/{ticker}",
  tags: ["Securities and quotes"],
  summary: "One security with its last price",
  request: { params: schemas.tickerParam },
  responses: {
    200: schemas.json(schemas.securityDetail, "The security"),
    404: schemas.refusal("unknown_ticker"),
  },
});

const quotesRoute = createRoute({
  method: "get",
  path: "/api/quotes",
  tags: ["Securities and quotes"],
  summary: "The latest quotes: the polling form of the live stream",
  request: { query: schemas.tickersQuery },
  responses: {
    200: schemas.json(schemas.quotesAnswer, "Tickers without a price are left out"),
    400: schemas.refusal("invalid_query"),
  },
});

const seriesRoute = createRoute({
  method: "get",
  path: "/api/quotes/series",
  tags: ["Securities and quotes"],
  summary: "Today's course of each price, as this service saw it",
  request: { query: schemas.tickersQuery },
  responses: {
    200: schemas.json(schemas.seriesAnswer, "Tickers of which nothing was seen are left out"),
    400: schemas.refusal("invalid_query"),
  },
});

export function securitiesRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const { securities, hub } = deps;

  app.openapi(searchRoute, (c) => {
    const { query, limit } = c.req.valid("query");
    return c.json([...securities.search(query, limit)], 200);
  });

  app.openapi(detailRoute, (c) => {
    const { ticker, name, exchange } = findSecurity(deps, c.req.valid("param").ticker);
    const [quote] = deps.bus.latest([ticker]).quotes;
    return c.json({ ticker, name, exchange, ...priceFieldsOf(quote) }, 200);
  });

  app.openapi(quotesRoute, async (c) => {
    const known = knownTickers(c.req.valid("query").tickers);
    const signedIn = await identify(c.req.raw, deps) !== undefined;
    const { epoch, seq, at, quotes } = await hub.interest.fresh(known, {
      signedIn,
      waitMs: freshWaitMs,
    });
    const byTicker = Object.fromEntries(
      quotes.map((quote) => [quote.ticker, quoteFieldsOf(quote)]),
    );
    return c.json({ epoch, seq, at, quotes: byTicker }, 200);
  });

  app.openapi(seriesRoute, (c) => {
    const byTicker: z.infer<typeof schemas.seriesAnswer> = {};
    for (const ticker of knownTickers(c.req.valid("query").tickers)) {
      const series = deps.daySeries.of(ticker);
      if (series) byTicker[ticker] = seriesFieldsOf(series);
    }
    return c.json(byTicker, 200);
  });

  function knownTickers(text: string): Ticker[] {
    const { tickers } = parseTickers(text.split(","));
    if (tickers.length > quotesTickersMax) {
      throw new Problem("invalid_query", { detail: `At most ${quotesTickersMax} tickers.` });
    }
    return tickers.filter((ticker) => securities.find(ticker));
  }
}

/** Throws `unknown_ticker` for what is no ticker or none of ours. */
export function findSecurity({ securities }: Pick<Deps, "securities">, text: string): Security {
  const ticker = parseTicker(text);
  const security = ticker && securities.find(ticker);
  if (!security) throw new Problem("unknown_ticker", { detail: unknownTickerText(text) });
  return security;
}

/** The security, if the present source can price it: only such may be added to a list. */
export function findAddable(deps: Pick<Deps, "securities">, text: string): Security {
  const security = findSecurity(deps, text);
  if (deps.securities.isPriceable(security.ticker)) return security;
  throw new Problem("unknown_ticker", { detail: unknownTickerText(text) });
}

function unknownTickerText(text: string): string {
  return `No security with the ticker ${JSON.stringify(text.slice(0, 32))} is known here.`;
}

export function nameOf({ securities }: Pick<Deps, "securities">, ticker: Ticker): string {
  return securities.find(ticker)?.name ?? ticker;
}
