// Owns the addresses of a list's tickers, under the first list and under each by its id. What they do stands in list_items.ts.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../../../lib/deps.ts";
import { type Env, requireSignIn } from "../../middleware/http.ts";
import { createItemHandlers } from "./item_handlers.ts";
import { firstList, listNamed } from "./requests.ts";
import { itemBody, itemParams, listParam as params, positionBody } from "./schemas.ts";
import * as schemas from "../schemas.ts";

const common = {
  tags: ["Watchlist"],
  security: [{ bearer: [] }],
};
const refusals = {
  401: schemas.refusal("invalid_token"),
  412: schemas.refusal("version_differs"),
};

const read = {
  ...common,
  method: "get",
  summary: "A list with its prices",
  responses: {
    200: schemas.json(z.array(schemas.watchlistRow), "The rows in order; ETag is the version"),
    401: refusals[401],
    404: schemas.refusal("unknown_list"),
  },
} as const;

const add = {
  ...common,
  method: "post",
  summary: "Add a ticker",
  responses: {
    200: schemas.json(schemas.listState, "It was there already, and stays where it is"),
    201: schemas.json(schemas.listState, "Added"),
    400: schemas.refusal("invalid_body"),
    404: schemas.refusal("unknown_ticker", "unknown_list"),
    409: schemas.refusal("list_full"),
    ...refusals,
  },
} as const;

const move = {
  ...common,
  method: "patch",
  summary: "Move a ticker to a position, counted from 0; past the end is the end",
  responses: {
    200: schemas.json(schemas.listState, "The list in its new order"),
    400: schemas.refusal("invalid_body"),
    404: schemas.refusal("not_on_list", "unknown_list"),
    ...refusals,
  },
} as const;

const remove = {
  ...common,
  method: "delete",
  summary: "Remove a ticker",
  responses: {
    204: { description: "Removed" },
    404: schemas.refusal("not_on_list", "unknown_list"),
    ...refusals,
  },
} as const;

const order = {
  ...common,
  method: "put",
  summary: "Put the tickers in a new order",
  responses: {
    200: schemas.json(schemas.listState, "The list in its new order"),
    400: schemas.refusal("invalid_body"),
    404: schemas.refusal("unknown_list"),
    409: schemas.refusal("set_differs"),
    ...refusals,
  },
} as const;

const [first, named] = ["/api/watchlist", "/api/watchlists/{id}"] as const;
const orderRequest = { body: schemas.body(schemas.orderBody) };

export function watchlistRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const items = createItemHandlers(deps);
  const middleware = requireSignIn(deps);

  app.openapi(
    createRoute({ middleware, ...read, path: first }),
    (c) => items.read(c, firstList(c)),
  );
  app.openapi(
    createRoute({
      middleware,
      ...add,
      path: first,
      request: { body: schemas.body(schemas.tickerBody) },
    }),
    (c) => items.add(c, firstList(c), c.req.valid("json")),
  );
  app.openapi(
    createRoute({ middleware, ...order, path: `${first}/order`, request: orderRequest }),
    (c) => items.reorder(c, firstList(c), c.req.valid("json")),
  );
  app.openapi(
    createRoute({
      middleware,
      ...remove,
      path: `${first}/{ticker}`,
      request: { params: schemas.tickerParam },
    }),
    (c) => items.remove(c, firstList(c), c.req.valid("param")),
  );

  app.openapi(
    createRoute({ middleware, ...read, path: named, request: { params } }),
    (c) => items.read(c, listNamed(c, c.req.valid("param").id)),
  );
  app.openapi(
    createRoute({
      middleware,
      ...add,
      path: `${named}/items`,
      request: { params, body: schemas.body(itemBody) },
    }),
    (c) => items.add(c, listNamed(c, c.req.valid("param").id), c.req.valid("json")),
  );
  app.openapi(
    createRoute({
      middleware,
      ...order,
      path: `${named}/order`,
      request: { params, ...orderRequest },
    }),
    (c) => items.reorder(c, listNamed(c, c.req.valid("param").id), c.req.valid("json")),
  );
  app.openapi(
    createRoute({
      middleware,
      ...move,
      path: `${named}/items/{ticker}`,
      request: { params: itemParams, body: schemas.body(positionBody) },
    }),
    (c) => {
      const { id, ticker } = c.req.valid("param");
      return items.move(c, listNamed(c, id), { ticker, ...c.req.valid("json") });
    },
  );
  app.openapi(
    createRoute({
      middleware,
      ...remove,
      path: `${named}/items/{ticker}`,
      request: { params: itemParams },
    }),
    (c) => {
      const { id, ticker } = c.req.valid("param");
      return items.remove(c, listNamed(c, id), { ticker });
    },
  );
}
