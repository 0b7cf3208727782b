// Owns the handlers of the page on which a list's stocks are put in order.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Identity } from "../../../lib/auth/auth.ts";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { parseTicker, type Ticker } from "../../../lib/quote.ts";
import type { Env } from "../../middleware/http.ts";
import { createListChanges, findList } from "../../list_changes.ts";
import { shownList } from "../../api/lists/requests.ts";
import { tickerPosition } from "../../api/lists/schemas.ts";
import { expected, readForm, show, type ShowOptions, signedInUser } from "../page_http.ts";
import { arrangePage } from "./Arrange.tsx";
import { arrangePath } from "../list_path.ts";
import { nameOf } from "../../api/securities.ts";

const path = "/watchlist/arrange";

export function arrangePageRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const changes = createListChanges(deps);

  app.get(path, async (c) => {
    const identity = await signedInUser(c, deps);
    if (!identity) return c.redirect("/login", 303);
    return showArrange(c, { deps, identity });
  });

  app.post(path, async (c) => {
    const identity = await signedInUser(c, deps);
    if (!identity) return c.redirect("/login", 303);
    try {
      const move = moveIn((await readForm(c)).place);
      const { id } = await changes.moveTicker({ ...shownList(c, identity), ...move });
      // The browser goes to the row that moved.
      return c.redirect(`${arrangePath(id)}#${move.ticker}`, 303);
    } catch (error) {
      return showArrange(c, { deps, identity, problem: expected(error) });
    }
  });
}

async function showArrange(
  c: Context<Env>,
  { deps, identity, problem }: ShowOptions & { identity: Identity },
) {
  const { id, name, tickers } = await findList(deps, shownList(c, identity));
  const page = arrangePage({
    list: { id, name },
    rows: tickers.map((ticker) => ({ ticker, name: nameOf(deps, ticker) })),
    refused: problem?.message,
  });
  return show(c, page, { deps, identity, ...(problem ? { problem } : {}) });
}

/** The value of a row's button: "KO 2". */
function moveIn(text = ""): { ticker: Ticker; position: number } {
  const [ticker, place] = text.split(" ");
  const parsed = {
    ticker: parseTicker(ticker),
    position: tickerPosition.safeParse(Number(place || NaN)),
  };
  if (!parsed.ticker || !parsed.position.success) throw new Problem("bad_request");
  return { ticker: parsed.ticker, position: parsed.position.data };
}
