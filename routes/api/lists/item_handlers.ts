// Owns the handlers of a list's tickers: the same for the first list and for one that is named. Knows no address.

import type { Context } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { parseTickers } from "../../../lib/protocol.ts";
import { parseTicker, type Ticker } from "../../../lib/quote.ts";
import type { ListRef } from "../../../lib/store/store.ts";
import type { Env } from "../../middleware/http.ts";
import { createListChanges, findList } from "../../list_changes.ts";
import { changeOf, setEtag, stateOf } from "./requests.ts";
import { priceFieldsOf } from "../quote_fields.ts";
import { findAddable, freshWaitMs, nameOf } from "../securities.ts";

interface NewItem {
  readonly ticker: string;
  readonly position?: number | undefined;
}

export function createItemHandlers(deps: Deps) {
  const changes = createListChanges(deps);

  return {
    async read(c: Context<Env>, ref: ListRef) {
      const list = await findList(deps, ref);
      // A list that is read is a list that is watched.
      const options = { signedIn: true, waitMs: freshWaitMs };
      const { quotes } = await deps.hub.interest.fresh(list.tickers, options);
      const byTicker = new Map(quotes.map((quote) => [quote.ticker, quote]));
      setEtag(c, list);
      const rows = list.tickers.map((ticker) => ({
        ticker,
        name: nameOf(deps, ticker),
        ...priceFieldsOf(byTicker.get(ticker)),
      }));
      return c.json(rows, 200);
    },

    async add(c: Context<Env>, ref: ListRef, input: NewItem) {
      const { ticker } = findAddable(deps, input.ticker);
      const { position } = input;
      const change = await changeOf(c, { list: ref, deps });
      const { kind, list } = await changes.add({ ...change, ticker, position });
      setEtag(c, list);
      return c.json(stateOf(list), kind === "added" ? 201 : 200);
    },

    async move(c: Context<Env>, ref: ListRef, input: { ticker: string; position: number }) {
      const { position } = input;
      const ticker = listed(input.ticker);
      const change = await changeOf(c, { list: ref, deps });
      const list = await changes.moveTicker({ ...change, ticker, position });
      setEtag(c, list);
      return c.json(stateOf(list), 200);
    },

    async remove(c: Context<Env>, ref: ListRef, input: { ticker: string }) {
      const ticker = listed(input.ticker);
      setEtag(c, await changes.remove({ ...await changeOf(c, { list: ref, deps }), ticker }));
      return c.body(null, 204);
    },

    async reorder(c: Context<Env>, ref: ListRef, input: { tickers: string[] }) {
      const { tickers } = parseTickers(input.tickers);
      if (tickers.length !== input.tickers.length) throw new Problem("set_differs");
      const list = await changes.reorder({ ...await changeOf(c, { list: ref, deps }), tickers });
      setEtag(c, list);
      return c.json(stateOf(list), 200);
    },
  };
}

function listed(text: string): Ticker {
  const ticker = parseTicker(text);
  if (!ticker) throw new Problem("not_on_list");
  return ticker;
}
