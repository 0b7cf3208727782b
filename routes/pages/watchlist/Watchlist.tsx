// Owns the watchlist's page: the search, its results when asked without JavaScript, the bar of lists, and the list.

import type { JSX } from "preact";
import type { WatchlistProps } from "../../../islands/state/board.ts";
import { Search } from "../../../islands/roots/Search.tsx";
import { Watchlist } from "../../../islands/roots/Watchlist.tsx";
import { Island } from "../../../lib/render/island.tsx";
import type { PageContent } from "../../../lib/render/page.tsx";
import { ImportReport, type ImportReportProps } from "./ImportReport.tsx";
import { listPath } from "../list_path.ts";
import { ListBar, type ListBarProps } from "./ListBar.tsx";
import { PageTime } from "../PageTime.tsx";

export interface WatchlistPageProps extends Pick<ListBarProps, "lists"> {
  readonly board: WatchlistProps;
  /** The answer to GET /watchlist?query=. */
  readonly search?: {
    readonly query: string;
    readonly results: readonly {
      readonly ticker: string;
      readonly name: string;
      readonly formerTicker?: string;
    }[];
    /** Present if nothing was found: "1,129 US stocks and funds". */
    readonly covered?: string;
    readonly nearest?: readonly { readonly ticker: string; readonly name: string }[];
    /** Why a former ticker has no successor. */
    readonly note?: string | undefined;
  } | undefined;
  /** After an import. */
  readonly report?: ImportReportProps | undefined;
  /** A form, and why its change was refused. */
  readonly refused?: NonNullable<ListBarProps["refused"]> & { readonly text: string } | undefined;
}

export function watchlistPage(props: WatchlistPageProps): PageContent {
  return { title: props.board.list.name, body: <WatchlistPage {...props} /> };
}

function WatchlistPage(
  { lists, board, search, report, refused }: WatchlistPageProps,
): JSX.Element {
  return (
    <>
      <Island
        component={Search}
        props={{ query: search?.query ?? "", list: board.list.id }}
        load="interaction"
      />
      {search && <Results search={search} list={board.list} />}
      {refused && <p id="refusal" class="notice notice-error" role="alert">{refused.text}</p>}
      {report && <ImportReport {...report} />}
      <ListBar
        lists={lists}
        shown={board.list}
        refused={refused}
      />
      <Island component={Watchlist} props={board} />
      <p class="notice no-script">
        Without JavaScript these prices stand still as of{" "}
        <PageTime at={board.at} />. Reload the page for newer ones.
      </p>
    </>
  );
}

function Results(
  { search: { query, results, note, covered, nearest = [] }, list: { id, tickers } }: {
    search: NonNullable<WatchlistPageProps["search"]>;
    list: WatchlistPageProps["board"]["list"];
  },
): JSX.Element {
  const shown: typeof results = results.length > 0 ? results : nearest;
  return (
    <section class="results" aria-labelledby="results-title">
      <h2 id="results-title">
        {results.length === 0 ? "No stock matches" : "Results for"} “{query}”
      </h2>
      {note && <p>{note}</p>}
      {covered && <p>Covered: {covered}.</p>}
      {nearest.length > 0 && <p>The nearest names:</p>}
      {shown.length > 0 && (
        <form method="post" action={listPath(id)}>
          <ul>
            {shown.map(({ ticker, name, formerTicker }) => (
              <li key={ticker}>
                <b>{ticker}</b>
                <span class="name">{formerTicker ? `${name} (was ${formerTicker})` : name}</span>
                {tickers.includes(ticker)
                  ? <span class="chip">On your list</span>
                  : (
                    <button type="submit" name="ticker" value={ticker} aria-label={`Add ${ticker}`}>
                      Add
                    </button>
                  )}
              </li>
            ))}
          </ul>
        </form>
      )}
    </section>
  );
}
