// Owns the public API of securities, under /api/securities: the search, and one security with its last price.

import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../../lib/deps.ts";
import { findSecurity } from "../../lib/securities/find_security.ts";
import { createApi, json, refusal } from "./api.ts";
import { priceFieldsOf } from "./quote_fields.ts";
import { priceFields, tickerParam } from "./schemas.ts";

const tags = ["Securities and quotes"];

const security = z.object({
  ticker: z.string(),
  name: z.string(),
  exchange: z.string(),
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

const detail = createRoute({
  method: "get",
  path: "/{ticker}",
  tags,
  summary: "One security with its last price",
  request: { params: tickerParam },
  responses: { 200: json(securityDetail, "The security"), 404: refusal("unknown_ticker") },
});

export function securitiesApi({ securities, bus }: Pick<Deps, "securities" | "bus">) {
  const api = createApi();

  api.openapi(search, (c) => {
    const { query, limit } = c.req.valid("query");
    return c.json([...securities.search(query, limit)], 200);
  });

  api.openapi(detail, (c) => {
    const found = findSecurity(securities, c.req.valid("param").ticker);
    const { ticker } = found;
    const [quote] = bus.latest([ticker]).quotes;
    return c.json({ ...found, ...priceFieldsOf(quote) }, 200);
  });

  return api;
}
