// Owns the API routes of a user's first list. The store decides; the hub hears of each change over the bus.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Deps } from "../lib/deps.ts";
import { Problem } from "../lib/errors.ts";
import { parseTickers } from "../lib/protocol.ts";
import { parseTicker, type Ticker } from "../lib/quote.ts";
import type { ListChange, ListRef, Watchlist } from "../lib/store/store.ts";
import { type Env, requireSignIn } from "./http.ts";
import { priceFieldsOf } from "./quote_fields.ts";
import * as schemas from "./schemas.ts";
import { findAddable, freshWaitMs, nameOf } from "./securities.ts";

const security = [{ bearer: [] }];
const signInRefusal = schemas.refusal("invalid_token");
const versionRefusal = schemas.refusal("version_differs");

const readRoute = createRoute({
  method: "get",
  path: "/api/watchlist",
  tags: ["Watchlist"],
  summary: "The first list with its prices",
  security,
  responses: {
    200: schemas.json(z.array(schemas.watchlistRow), "The rows in order; ETag is the version"),
    401: signInRefusal,
  },
});

const addRoute = createRoute({
  method: "post",
  path: "/api/watchlist",
  tags: ["Watchlist"],
  summary: "Add a ticker to the end",
  security,
  request: { body: schemas.body(schemas.tickerBody) },
  responses: {
    200: schemas.json(schemas.listState, "It was there already"),
    201: schemas.json(schemas.listState, "Added"),
    400: schemas.refusal("invalid_body"),
    401: signInRefusal,
    404: schemas.refusal("unknown_ticker"),
    409: schemas.refusal("list_full"),
    412: versionRefusal,
  },
});

const removeRoute = createRoute({
  method: "delete",
  path: "/api/watchlist/{ticker}",
  tags: ["Watchlist"],
  summary: "Remove a ticker",
  security,
  request: { params: schemas.tickerParam },
  responses: {
    204: { description: "Removed" },
    401: signInRefusal,
    404: schemas.refusal("not_on_list"),
    412: versionRefusal,
  },
});

const orderRoute = createRoute({
  method: "put",
  path: "/api/watchlist/order",
  tags: ["Watchlist"],
  summary: "Put the tickers in a new order",
  security,
  request: { body: schemas.body(schemas.orderBody) },
  responses: {
    200: schemas.json(schemas.listState, "The list in its new order"),
    400: schemas.refusal("invalid_body"),
    401: signInRefusal,
    409: schemas.refusal("set_differs"),
    412: versionRefusal,
  },
});

export function watchlistRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const changes = createListChanges(deps);
  const signedIn = requireSignIn(deps);
  app.use("/api/watchlist/*", signedIn);

  app.openapi(readRoute, async (c) => {
    const list = await firstList(deps, c.var.identity.userId);
    const quotes = await freshQuotes(deps, list.tickers);
    setEtag(c, list);
    return c.json(
      list.tickers.map((ticker) => ({
        ticker,
        name: nameOf(deps, ticker),
        ...priceFieldsOf(quotes.get(ticker)),
      })),
      200,
    );
  });

  app.openapi(addRoute, async (c) => {
    const { ticker } = findAddable(deps, c.req.valid("json").ticker);
    const { kind, list } = await changes.add({ ...await changeOf(c, deps), ticker });
    setEtag(c, list);
    return c.json(stateOf(list), kind === "added" ? 201 : 200);
  });

  app.openapi(removeRoute, async (c) => {
    const ticker = parseTicker(c.req.valid("param").ticker);
    if (!ticker) throw new Problem("not_on_list");
    setEtag(c, await changes.remove({ ...await changeOf(c, deps), ticker }));
    return c.body(null, 204);
  });

  app.openapi(orderRoute, async (c) => {
    const texts = c.req.valid("json").tickers;
    const { tickers } = parseTickers(texts);
    if (tickers.length !== texts.length) throw new Problem("set_differs");
    const list = await changes.reorder({ ...await changeOf(c, deps), tickers });
    setEtag(c, list);
    return c.json(stateOf(list), 200);
  });
}

/** Changes as routes and pages make them: refusals become problems, successes are announced. */
export function createListChanges(
  { store, bus, hub, log }: Pick<Deps, "store" | "bus" | "hub" | "log">,
) {
  async function announce({ userId }: ListRef, list: Watchlist): Promise<Watchlist> {
    try {
      await bus.announce({ kind: "list_changed", userId, list });
    } catch (cause) {
      // The change is kept all the same; other sockets read it when they next connect.
      log.warn({ cause: String(cause) }, "A list change could not be announced");
    }
    return list;
  }

  return {
    async add(change: ListChange & { ticker: Ticker }) {
      const outcome = await store.addTicker(change);
      if (!("list" in outcome)) throw new Problem(outcome.kind);
      hub.interest.touch([change.ticker], { signedIn: true });
      if (outcome.kind === "added") await announce(change, outcome.list);
      return outcome;
    },
    async remove(change: ListChange & { ticker: Ticker }) {
      const outcome = await store.removeTicker(change);
      if (!("list" in outcome)) throw new Problem(outcome.kind);
      return announce(change, outcome.list);
    },
    async reorder(change: ListChange & { tickers: readonly Ticker[] }) {
      const outcome = await store.reorderTickers(change);
      if (!("list" in outcome)) throw new Problem(outcome.kind);
      return announce(change, outcome.list);
    },
  };
}

export async function firstList(
  { store }: Pick<Deps, "store">,
  userId: string,
): Promise<Watchlist> {
  const [list] = await store.lists(userId);
  // A token may outlive its account by some minutes: then there is no list left.
  if (!list) throw new Problem("unknown_list");
  return list;
}

/** Signed-in interest: a list that is read is a list that is watched. */
export async function freshQuotes({ hub }: Pick<Deps, "hub">, tickers: readonly Ticker[]) {
  const { quotes } = await hub.interest.fresh(tickers, { signedIn: true, waitMs: freshWaitMs });
  return new Map(quotes.map((quote) => [quote.ticker, quote]));
}

/** The first list, and only in the version that If-Match names. */
async function changeOf(c: Context<Env>, deps: Deps): Promise<ListChange> {
  const { userId } = c.var.identity;
  const ifMatch = c.req.header("if-match")?.trim();
  if (ifMatch === undefined || ifMatch === "*") return { userId, listId: "first" };
  const [, listId, version] = /^(?:W\/)?"([^":]+):(\d{1,15})"$/.exec(ifMatch) ?? [];
  const { id } = await firstList(deps, userId);
  if (listId !== id) throw new Problem("version_differs");
  return { userId, listId, ifVersion: Number(version) };
}

function setEtag(c: Context, { id, version }: Watchlist) {
  c.header("ETag", `"${id}:${version}"`);
}

function stateOf({ id, version, tickers }: Watchlist) {
  return { id, version, tickers: [...tickers] };
}
