// Owns the handlers of a stock's page: which stock an address means, what the page shows, and the change of a list.

import { type Context, Hono } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { listRef } from "../../../lib/lists/find_list.ts";
import type { Ticker } from "../../../lib/quote.ts";
import { findSecurity, shownCurrency } from "../../../lib/securities/find_security.ts";
import type { FoundSecurity } from "../../../lib/securities/securities.ts";
import type { Watchlist } from "../../../lib/watchlist.ts";
import type { Env } from "../../env.ts";
import { askerOf } from "../../middleware/caller.ts";
import { readForm } from "../form_fields.ts";
import { expected, messageOf, type PageKit } from "../kit.ts";
import { stockPath } from "./path.ts";
import { pathWith } from "./wanted.ts";
import { stockPage, type StockPageProps } from "./StockPage.tsx";
import { unknownStockPage } from "./UnknownStock.tsx";

const nearestCount = 5;

/** What happened before, by a name in the query. */
const messages = new Map([
  ["not-added", "You are signed in, but the stock could not be added: try it here."],
]);

export function stockRoutes(deps: Deps, kit: PageKit) {
  const { bus, daySeries, lists, securities, source, store } = deps;
  const app = new Hono<Env>();

  app.get("/:ticker", kit.visitor, (c) => {
    const found = find(c);
    if (found instanceof Response) return found;
    return show(c, found, { refused: messageOf(c, messages) });
  });

  app.post("/:ticker", kit.visitor, async (c) => {
    const found = find(c);
    if (found instanceof Response) return found;
    const identity = c.get("identity");
    if (!identity) return c.redirect(pathWith("/register", found.ticker), 303);
    try {
      await change(await readForm(c), { userId: identity.userId, ticker: found.ticker });
      return c.redirect(stockPath(found.ticker, { list: c.req.query("list") }), 303);
    } catch (error) {
      const problem = expected(error);
      return show(c, found, { refused: problem.message, problem });
    }
  });

  /** Any spelling leads to the one address of the stock. It is not a lasting redirect: tickers are given to others. */
  function find(c: Context<Env>): FoundSecurity | Response {
    const text = c.req.param("ticker") ?? "";
    try {
      const security = findSecurity(securities, text);
      if (security.ticker === text) return security;
      // 307 keeps a form a form.
      const status = c.req.method === "POST" ? 307 : 302;
      return c.redirect(stockPath(security.ticker, { list: c.req.query("list") }), status);
    } catch (error) {
      const problem = expected(error);
      const nearest = securities.search(text, nearestCount);
      return kit.show(c, unknownStockPage({ text: problem.message, nearest }), problem);
    }
  }

  async function change(
    { add, remove }: { add?: string; remove?: string },
    { userId, ticker }: { userId: string; ticker: Ticker },
  ) {
    if (add !== undefined) {
      if (!securities.isPriceable(ticker)) throw new Problem("unknown_ticker");
      await lists.add({ ...listRef(userId, add), ticker });
    } else if (remove !== undefined) {
      await lists.remove({ ...listRef(userId, remove), ticker }).catch((error: unknown) => {
        // What is gone already, as after a second click, is what the user asked for.
        if (!(error instanceof Problem && error.code === "not_on_list")) throw error;
      });
    } else {
      throw new Problem("bad_request");
    }
  }

  async function show(
    c: Context<Env>,
    security: FoundSecurity,
    { refused, problem }: { refused?: string | undefined; problem?: Problem },
  ) {
    const { ticker, name, exchange } = security;
    const identity = c.get("identity");
    const isSignedIn = identity !== undefined;
    const { rows, ...state } = await kit.rows([ticker], askerOf(c, { ...deps, identity }));
    const [quote] = bus.latest([ticker]).quotes;
    const own = identity && await listsOf(identity.userId);
    const page = stockPage({
      name,
      exchange,
      stock: {
        ticker,
        quote: rows[0]?.quote ?? null,
        readAt: quote?.seenAt ?? 0,
        day: dayOf(ticker),
        isSignedIn,
        ...state,
      },
      currency: shownCurrency(security),
      day: quote?.day,
      isAddable: securities.isPriceable(ticker),
      viewer: isSignedIn
        ? {
          kind: "user",
          lists: own?.map(({ id, name, tickers }) => ({
            id,
            name,
            isOn: tickers.includes(ticker),
          })),
        }
        : { kind: "stranger" },
      ...placeOn(own?.find(({ id }) => id === c.req.query("list")), ticker),
      isSimulated: source.name === "simulated",
      refused,
    });
    return kit.show(c, page, problem);
  }

  /** Undefined while the store does not answer: the price is public and goes on. */
  async function listsOf(userId: string): Promise<Watchlist[] | undefined> {
    try {
      return await store.lists(userId);
    } catch (error) {
      if (error instanceof Problem && error.code === "unavailable") return undefined;
      throw error;
    }
  }

  function dayOf(ticker: Ticker) {
    const series = daySeries.of(ticker);
    if (!series) return { points: [], stepMs: 5_000 };
    const { points, stepMs, low, lowAt, high, highAt } = series;
    return {
      points,
      stepMs,
      low: { at: lowAt, price: low },
      high: { at: highAt, price: high },
    };
  }

  return app;
}

/** A list of another user, or one without the stock, has no neighbours. */
function placeOn(
  list: Watchlist | undefined,
  ticker: Ticker,
): Pick<StockPageProps, "around" | "list"> {
  if (!list) return {};
  const at = list.tickers.indexOf(ticker);
  if (at < 0) return { list: list.id };
  const [previous, next] = [list.tickers[at - 1], list.tickers[at + 1]];
  return { list: list.id, around: { list: { id: list.id, name: list.name }, previous, next } };
}
