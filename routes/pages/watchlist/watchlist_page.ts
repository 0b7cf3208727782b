// Owns the handlers of the watchlist's page: which list it shows, and what is shown after a form. What forms do stands in watchlist_actions.ts.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Identity } from "../../../lib/auth/auth.ts";
import type { Deps } from "../../../lib/deps.ts";
import type { ListRef } from "../../../lib/store/store.ts";
import { listNameLengthMax } from "../../../lib/watchlist.ts";
import type { Env } from "../../middleware/http.ts";
import { createListChanges, findList, listAmong, listsOf } from "../../list_changes.ts";
import { sendFile } from "../../api/lists/files.ts";
import { shownList } from "../../api/lists/requests.ts";
import { formatQuery } from "../../api/lists/schemas.ts";
import { expected, readForm, rowsOf, show, type ShowOptions, signedInUser } from "../page_http.ts";
import { listPath } from "../list_path.ts";
import { watchlistPage, type WatchlistPageProps } from "./Watchlist.tsx";
import { nameOf } from "../../api/securities.ts";
import { act, type Form } from "./actions.ts";

const suggestionsCount = 5;
const resultsCount = 10;

export function watchlistPageRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const changes = createListChanges(deps);

  app.get("/watchlist", async (c) => {
    const identity = await signedInUser(c, deps);
    if (!identity) return c.redirect("/login", 303);
    const list = shownList(c, identity);
    // A link of the page, not of the API: it renews an expired sign-in.
    const { format } = formatQuery.safeParse({ format: c.req.query("export") }).data ?? {};
    if (format) {
      c.header("Cache-Control", "no-store");
      return sendFile(c, { list: await findList(deps, list), format, deps });
    }
    const query = c.req.query("query")?.trim();
    const search = query
      ? {
        search: { query: query.slice(0, 64), results: deps.securities.search(query, resultsCount) },
      }
      : {};
    return showWatchlist(c, { deps, identity, list, ...search });
  });

  app.post("/watchlist", async (c) => {
    const identity = await signedInUser(c, deps);
    if (!identity) return c.redirect("/login", 303);
    const form = await readForm(c);
    const list = shownList(c, identity);
    try {
      const outcome = await act(form, { list, changes, deps });
      if (outcome.kind === "done") return c.redirect(listPath(outcome.show), 303);
      // Shown at once: sent again, as by a reload, an import changes nothing.
      return showWatchlist(c, { deps, identity, list, report: outcome.report });
    } catch (error) {
      return showWatchlist(c, { deps, identity, list, form, problem: expected(error) });
    }
  });
}

async function showWatchlist(
  c: Context<Env>,
  { deps, identity, list, form, problem, search, report }:
    & ShowOptions
    & Pick<WatchlistPageProps, "search" | "report">
    & { identity: Identity; list: ListRef; form?: Form },
) {
  const lists = await listsOf(deps, identity.userId);
  const { id, name, version, tickers } = listAmong(lists, list);
  const { rows, ...state } = await rowsOf(deps, tickers, { signedIn: true });
  const suggestions = deps.securities.tickers().slice(0, suggestionsCount);
  const page = watchlistPage({
    lists: lists.map(({ id, name }) => ({ id, name })),
    nameLengthMax: listNameLengthMax,
    board: {
      list: { id, name, version, tickers },
      rows,
      ...state,
      source: { name: deps.source.name, notice: deps.source.notice },
      suggestions: suggestions.map((ticker) => ({ ticker, name: nameOf(deps, ticker) })),
    },
    search,
    report,
    refused: problem && { text: problem.message, action: form?.action, form: form ?? {} },
  });
  return show(c, page, { deps, identity, ...(problem ? { problem } : {}) });
}
