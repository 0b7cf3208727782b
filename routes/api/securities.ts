// Owns the public API of securities, under /api/securities: the search, and one security with its last price.

import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../../lib/deps.ts";
import { findSecurity } from "../../lib/securities/find_security.ts";
import type { FoundSecurity } from "../../lib/securities/securities.ts";
import { createApi, json, refusal } from "./api.ts";
import { priceFieldsOf, quoteContext } from "./quote_fields.ts";
import { currency, priceFields, tickerParam } from "./schemas.ts";

const tags = ["Securities and quotes"];

const security = z.object({
  ticker: z.string(),
  name: z.string(),
  exchange: z.string().openapi({ description: "Empty if unknown" }),
  kind: z.enum(["share", "fund", "index", "crypto", "currency"]).nullable(),
  currency,
  priceable: z.boolean().openapi({ description: "Whether the present source has prices for it" }),
  formerTicker: z.string().optional().openapi({
    description: "Present if the text asked for has a ticker that the security had before",
    example: "FB",
  }),
}).openapi("Security");

const securityDetail = security.extend(priceFields.shape).openapi("SecurityDetail");

const search = createRoute({
  method: "get",
  path: "/",
  tags,
  summary: "Search securities by ticker, name or alias",
  request: {
    query: z.object({
      query: z.string().max(1_000).default("").openapi({ example: "apple" }),
      limit: z.coerce.number().int().min(1).max(50).default(10),
    }),
  },
  responses: {
    200: json(z.array(security), "Ranked; blank or no match: []"),
    400: refusal("invalid_query"),
  },
});

const nearest = createRoute({
  method: "get",
  path: "/nearest",
  tags,
  summary: "For a query without a result: what is covered, and the nearest names",
  request: { query: z.object({ query: z.string().max(1_000).default("") }) },
  responses: {
    200: json(
      z.object({
        covered: z.string().openapi({ example: "1,129 US stocks and funds" }),
        nearest: z.array(security),
      }),
      "At most 3 names; nothing near: []",
    ),
    400: refusal("invalid_query"),
  },
});

const nearestMax = 3;

const detail = createRoute({
  method: "get",
  path: "/{ticker}",
  tags,
  summary: "One security with its last price",
  request: { params: tickerParam },
  responses: { 200: json(securityDetail, "The security"), 404: refusal("unknown_ticker") },
});

export function securitiesApi(deps: Pick<Deps, "securities" | "bus" | "daySeries">) {
  const { securities, bus } = deps;
  const api = createApi();

  function securityFields(
    { ticker, name, exchange, kind, currency, formerTicker }: FoundSecurity,
  ) {
    const priceable = securities.isPriceable(ticker);
    const facts = { ticker, name, exchange, kind: kind ?? null, currency: currency ?? null };
    return { ...facts, priceable, ...(formerTicker && { formerTicker }) };
  }

  api.openapi(search, (c) => {
    const { query, limit } = c.req.valid("query");
    return c.json(securities.search(query, limit).map(securityFields), 200);
  });

  // Before the route of one security, whose path would match too.
  api.openapi(nearest, (c) => {
    const { query } = c.req.valid("query");
    const found = securities.nearest(query, nearestMax).map(securityFields);
    return c.json({ covered: securities.coverage(), nearest: found }, 200);
  });

  api.openapi(detail, (c) => {
    const found = findSecurity(securities, c.req.valid("param").ticker);
    const [quote] = bus.latest([found.ticker]).quotes;
    const price = priceFieldsOf(quote, quoteContext(found.ticker, deps));
    return c.json({ ...price, ...securityFields(found) }, 200);
  });

  return api;
}
