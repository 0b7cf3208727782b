// Owns the API of a list's tickers, the same under /api/watchlist (the first list) and /api/watchlists/{id}.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { asUser, firstPriceWaitMs } from "../../../lib/interest/interest.ts";
import { findList, listRef } from "../../../lib/lists/find_list.ts";
import { parseTickers } from "../../../lib/protocol.ts";
import { parseTicker, type Ticker } from "../../../lib/quote.ts";
import { findAddable, nameOf } from "../../../lib/securities/find_security.ts";
import type { Env, SignedInEnv } from "../../env.ts";
import { body, json, refusal, signedIn } from "../api.ts";
import { priceFieldsOf, quoteContext } from "../quote_fields.ts";
import { tickerParam } from "../schemas.ts";
import {
  itemBody,
  itemParams,
  listParam,
  listState,
  orderBody,
  positionBody,
  tickerBody,
  watchlistRow,
} from "./schemas.ts";
import { ifMatched, setEtag, stateOf } from "./state.ts";

const tags = ["Watchlist"];
const refusals = {
  401: refusal("invalid_token"),
  412: refusal("version_differs"),
  429: refusal("rate_limited"),
};

const read = {
  method: "get",
  tags,
  summary: "A list with its prices",
  responses: {
    200: json(z.array(watchlistRow), "The rows in order; ETag is the version"),
    401: refusals[401],
    404: refusal("unknown_list"),
  },
} as const;

const add = {
  method: "post",
  tags,
  summary: "Add a ticker",
  responses: {
    200: json(listState, "It was there already, and stays where it is"),
    201: json(listState, "Added"),
    400: refusal("invalid_body"),
    404: refusal("unknown_ticker", "unknown_list"),
    409: refusal("list_full"),
    ...refusals,
  },
} as const;

const move = {
  method: "patch",
  tags,
  summary: "Move a ticker to a position, counted from 0; past the end is the end",
  responses: {
    200: json(listState, "The list in its new order"),
    400: refusal("invalid_body"),
    404: refusal("not_on_list", "unknown_list"),
    ...refusals,
  },
} as const;

const remove = {
  method: "delete",
  tags,
  summary: "Remove a ticker",
  responses: {
    204: { description: "Removed" },
    404: refusal("not_on_list", "unknown_list"),
    ...refusals,
  },
} as const;

const order = {
  method: "put",
  tags,
  summary: "Put the tickers in a new order",
  responses: {
    200: json(listState, "The list in its new order"),
    400: refusal("invalid_body"),
    404: refusal("unknown_list"),
    409: refusal("set_differs"),
    ...refusals,
  },
} as const;

/** Relative to /api/watchlist: the first list. */
export function addFirstListRoutes(api: OpenAPIHono<Env>, deps: Deps) {
  const guard = signedIn(deps);
  const items = createItemHandlers(deps);

  api.openapi(createRoute({ ...read, ...guard, path: "/" }), (c) => items.read(c));
  api.openapi(
    createRoute({ ...add, ...guard, path: "/", request: { body: body(tickerBody) } }),
    (c) => items.add(c, c.req.valid("json")),
  );
  api.openapi(
    createRoute({ ...order, ...guard, path: "/order", request: { body: body(orderBody) } }),
    (c) => items.reorder(c, c.req.valid("json")),
  );
  api.openapi(
    createRoute({ ...remove, ...guard, path: "/{ticker}", request: { params: tickerParam } }),
    (c) => items.remove(c, c.req.valid("param")),
  );
}

/** Relative to /api/watchlists: each list by its id. */
export function addItemRoutes(api: OpenAPIHono<Env>, deps: Deps) {
  const guard = signedIn(deps);
  const items = createItemHandlers(deps);
  const params = listParam;

  api.openapi(
    createRoute({ ...read, ...guard, path: "/{id}", request: { params } }),
    (c) => items.read(c, c.req.valid("param").id),
  );
  api.openapi(
    createRoute({
      ...add,
      ...guard,
      path: "/{id}/items",
      request: { params, body: body(itemBody) },
    }),
    (c) => items.add(c, c.req.valid("json"), c.req.valid("param").id),
  );
  api.openapi(
    createRoute({
      ...order,
      ...guard,
      path: "/{id}/order",
      request: { params, body: body(orderBody) },
    }),
    (c) => items.reorder(c, c.req.valid("json"), c.req.valid("param").id),
  );
  api.openapi(
    createRoute({
      ...move,
      ...guard,
      path: "/{id}/items/{ticker}",
      request: { params: itemParams, body: body(positionBody) },
    }),
    (c) => {
      const { id, ticker } = c.req.valid("param");
      return items.move(c, { ticker, ...c.req.valid("json") }, id);
    },
  );
  api.openapi(
    createRoute({
      ...remove,
      ...guard,
      path: "/{id}/items/{ticker}",
      request: { params: itemParams },
    }),
    (c) => items.remove(c, c.req.valid("param"), c.req.valid("param").id),
  );
}

/** Without an id the first list is meant. */
function createItemHandlers(deps: Deps) {
  const { store, lists, interest, securities } = deps;
  type Call = Context<SignedInEnv>;
  const change = (c: Call, id: string | undefined) =>
    ifMatched(c, { list: listRef(c.var.identity.userId, id), store });

  return {
    async read(c: Call, id?: string) {
      const list = await findList(store, listRef(c.var.identity.userId, id));
      // A list that is read is a list that is watched.
      const options = { asker: asUser(c.var.identity.userId), waitMs: firstPriceWaitMs };
      const { quotes } = await interest.fresh(list.tickers, options);
      const byTicker = new Map(quotes.map((quote) => [quote.ticker, quote]));
      setEtag(c, list);
      const rows = list.tickers.map((ticker) => ({
        ticker,
        name: nameOf(securities, ticker),
        ...priceFieldsOf(byTicker.get(ticker), quoteContext(ticker, deps)),
      }));
      return c.json(rows, 200);
    },

    async add(c: Call, input: { ticker: string; position?: number | undefined }, id?: string) {
      const { ticker } = findAddable(securities, input.ticker);
      const { position } = input;
      const { kind, list } = await lists.add({ ...await change(c, id), ticker, position });
      setEtag(c, list);
      return c.json(stateOf(list), kind === "added" ? 201 : 200);
    },

    async move(c: Call, input: { ticker: string; position: number }, id: string) {
      const { position } = input;
      const ticker = listedTicker(input.ticker);
      const list = await lists.moveTicker({ ...await change(c, id), ticker, position });
      setEtag(c, list);
      return c.json(stateOf(list), 200);
    },

    async remove(c: Call, input: { ticker: string }, id?: string) {
      const ticker = listedTicker(input.ticker);
      setEtag(c, await lists.remove({ ...await change(c, id), ticker }));
      return c.body(null, 204);
    },

    async reorder(c: Call, input: { tickers: string[] }, id?: string) {
      const { tickers } = parseTickers(input.tickers);
      if (tickers.length !== input.tickers.length) throw new Problem("set_differs");
      const list = await lists.reorder({ ...await change(c, id), tickers });
      setEtag(c, list);
      return c.json(stateOf(list), 200);
    },
  };
}

function listedTicker(text: string): Ticker {
  const ticker = parseTicker(text);
  if (!ticker) throw new Problem("not_on_list");
  return ticker;
}
