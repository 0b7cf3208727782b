// Owns the handlers of the page on which a list's stocks are put in order.

import { type Context, Hono } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { findList, listRef } from "../../../lib/lists/find_list.ts";
import { parseTicker, type Ticker } from "../../../lib/quote.ts";
import { nameOf } from "../../../lib/securities/find_security.ts";
import { listTickersMax } from "../../../lib/watchlist.ts";
import type { SignedInEnv } from "../../env.ts";
import { arrangePath } from "../list_path.ts";
import { positionIn, readForm } from "../form_fields.ts";
import { expected, type PageKit } from "../kit.ts";
import { arrangePage } from "./Arrange.tsx";

export function arrangeRoutes({ store, lists, securities }: Deps, kit: PageKit) {
  const app = new Hono<SignedInEnv>();

  app.get("/", kit.signedIn, (c) => show(c));

  app.post("/", kit.signedIn, async (c) => {
    try {
      const move = moveIn((await readForm(c)).place);
      const { id } = await lists.moveTicker({ ...shownList(c), ...move });
      // The browser goes to the row that moved.
      return c.redirect(`${arrangePath(id)}#${move.ticker}`, 303);
    } catch (error) {
      return show(c, expected(error));
    }
  });

  async function show(c: Context<SignedInEnv>, problem?: Problem) {
    const { id, name, tickers } = await findList(store, shownList(c));
    const page = arrangePage({
      list: { id, name },
      rows: tickers.map((ticker) => ({ ticker, name: nameOf(securities, ticker) })),
      refused: problem?.message,
    });
    return kit.show(c, page, problem);
  }

  return app;
}

function shownList(c: Context<SignedInEnv>) {
  return listRef(c.var.identity.userId, c.req.query("list"));
}

/** The value of a row's button: "KO 2". */
function moveIn(text = ""): { ticker: Ticker; position: number } {
  const [tickerText, place] = text.split(" ");
  const ticker = parseTicker(tickerText);
  if (!ticker) throw new Problem("bad_request");
  return { ticker, position: positionIn(place, listTickersMax) };
}
