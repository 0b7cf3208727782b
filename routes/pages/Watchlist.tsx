// Owns the watchlist's page: the search, its results when asked without JavaScript, and the list.

import type { JSX } from "preact";
import type { WatchlistProps } from "../../islands/board.ts";
import { Search } from "../../islands/Search.tsx";
import { Watchlist } from "../../islands/Watchlist.tsx";
import { Island } from "../../lib/render/island.tsx";
import type { PageContent } from "../../lib/render/page.tsx";
import { PageTime } from "./PageTime.tsx";

export interface WatchlistPageProps {
  readonly board: WatchlistProps;
  /** The answer to GET /watchlist?query=. */
  readonly search?: {
    readonly query: string;
    readonly results: readonly { readonly ticker: string; readonly name: string }[];
  };
  /** Why a form's change was refused. */
  readonly error?: string;
}

export function watchlistPage(props: WatchlistPageProps): PageContent {
  return { title: props.board.list.name, body: <WatchlistPage {...props} /> };
}

function WatchlistPage({ board, search, error }: WatchlistPageProps): JSX.Element {
  return (
    <>
      <Island
        name="Search"
        component={Search}
        props={{ query: search?.query ?? "" }}
        load="interaction"
      />
      {search && <Results search={search} tickers={board.list.tickers} />}
      {error && <p class="notice notice-error" role="alert">{error}</p>}
      <Island name="Watchlist" component={Watchlist} props={board} />
      <p class="notice no-script">
        Without JavaScript these prices stand still as of{" "}
        <PageTime at={board.at} />. Reload the page for newer ones.
      </p>
    </>
  );
}

function Results({ search: { query, results }, tickers }: {
  search: NonNullable<WatchlistPageProps["search"]>;
  tickers: readonly string[];
}): JSX.Element {
  return (
    <section class="results" aria-labelledby="results-title">
      <h2 id="results-title">
        {results.length === 0 ? "No stock matches" : "Results for"} “{query}”
      </h2>
      {results.length > 0 && (
        <form method="post" action="/watchlist">
          <ul>
            {results.map(({ ticker, name }) => (
              <li key={ticker}>
                <b>{ticker}</b>
                <span class="name">{name}</span>
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
