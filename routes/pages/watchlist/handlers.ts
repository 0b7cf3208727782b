// Owns the handlers of the watchlist's page: which list it shows, and what it shows after a form. What forms do stands in actions.ts.

import { type Context, Hono } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { listFormats } from "../../../lib/interchange/list_format.ts";
import { asUser } from "../../../lib/interest/interest.ts";
import { findList, listAmong, listRef, readLists } from "../../../lib/lists/find_list.ts";
import { exportList } from "../../../lib/lists/export_list.ts";
import { nameOf, readSymbol } from "../../../lib/securities/find_security.ts";
import type { SignedInEnv } from "../../env.ts";
import { listPath } from "../list_path.ts";
import { type Form, readForm } from "../form_fields.ts";
import { expected, type PageKit } from "../kit.ts";
import { act } from "./actions.ts";
import { watchlistPage, type WatchlistPageProps } from "./Watchlist.tsx";

const suggestionCount = 5;
const resultCount = 10;
const nearestCount = 3;
const queryLengthMax = 64;

type Call = Context<SignedInEnv>;

interface Shown extends Pick<WatchlistPageProps, "search" | "report"> {
  /** The form that was refused, and why. */
  readonly form?: Form;
  readonly problem?: Problem;
}

export function watchlistRoutes(deps: Deps, kit: PageKit) {
  const { bus, securities, source, store } = deps;
  const app = new Hono<SignedInEnv>();

  app.get("/", kit.signedIn, async (c) => {
    // A link of the page, not of the API: it renews an expired sign-in.
    const format = listFormats.find((name) => name === c.req.query("export"));
    if (format) {
      const list = await findList(store, shownList(c));
      const file = exportList(list, { format, securities, bus });
      return c.body(file.text, 200, { ...file.headers, "Cache-Control": "no-store" });
    }
    const query = c.req.query("query")?.trim().slice(0, queryLengthMax);
    return show(c, query ? { search: searched(query) } : {});
  });

  app.post("/", kit.signedIn, kit.once, async (c) => {
    const form = await readForm(c);
    const list = shownList(c);
    try {
      const outcome = await act(form, { list, deps });
      if (outcome.kind === "done") return c.redirect(listPath(outcome.show), 303);
      // Shown at once: sent again, as by a reload, an import changes nothing.
      return show(c, { report: outcome.report });
    } catch (error) {
      return show(c, { form, problem: expected(error) });
    }
  });

  function searched(query: string) {
    const reading = readSymbol(query, securities.isPriceable);
    const results = securities.search(query, resultCount);
    return {
      query,
      results,
      ...(results.length === 0 && {
        covered: securities.coverage(),
        nearest: securities.nearest(query, nearestCount),
      }),
      note: reading.kind === "gone" ? reading.detail : undefined,
    };
  }

  async function show(c: Call, { form, problem, search, report }: Shown) {
    const lists = await readLists(store, c.var.identity.userId);
    const { id, name, version, tickers } = listAmong(lists, shownList(c));
    const { rows, ...state } = await kit.rows(tickers, asUser(c.var.identity.userId));
    const suggestions = securities.tickers().slice(0, suggestionCount);
    const page = watchlistPage({
      lists: lists.map(({ id, name }) => ({ id, name })),
      board: {
        list: { id, name, version, tickers },
        rows,
        ...state,
        source: { name: source.name, notice: source.notice },
        suggestions: suggestions.map((ticker) => ({ ticker, name: nameOf(securities, ticker) })),
      },
      search,
      report,
      refused: problem && { text: problem.message, action: form?.action, form: form ?? {} },
    });
    return kit.show(c, page, problem);
  }

  return app;
}

/** Each form and link of the page names its list. */
function shownList(c: Call) {
  return listRef(c.var.identity.userId, c.req.query("list"));
}
