// Owns the landing page: what this is, and the most watched stocks at their present prices.

import type { JSX } from "preact";
import { ageText, noQuoteText, quoteText } from "../../../islands/state/quote_text.ts";
import { SparkCell } from "../../../islands/watchlist/SparkCell.tsx";
import { type FullQuote, readFullQuote } from "../../../lib/protocol.ts";
import type { PageContent } from "../../../lib/render/page.tsx";
import { PageTime } from "../PageTime.tsx";
import { stockPath } from "../stock/path.ts";

export interface HomeProps {
  readonly rows: readonly {
    readonly ticker: string;
    readonly name: string;
    readonly quote: FullQuote | null;
    /** The markup of today's small line. */
    readonly spark?: string;
  }[];
  /** The server's time of the prices, Unix ms. */
  readonly at?: number;
  readonly isSimulated: boolean;
  readonly isSignedIn: boolean;
  /** Default: true. */
  readonly mayRegister?: boolean;
}

export function homePage(props: HomeProps): PageContent {
  return { title: "Live stock watchlist", body: <Home {...props} /> };
}

function Home({ rows, at, isSimulated, isSignedIn, mayRegister = true }: HomeProps): JSX.Element {
  return (
    <div class="home">
      <section class="pitch">
        <h1>Your stocks, on one calm page.</h1>
        <p>
          Search a company, put it on your list, and watch its price move every five seconds. A
          price that is not fresh says how old it is.
        </p>
        <p class="actions">
          {isSignedIn ? <a class="button" href="/watchlist">Open your watchlist</a> : (
            <>
              {mayRegister && <a class="button" href="/register">Create account</a>}
              <a class={mayRegister ? "button quiet" : "button"} href="/login">Sign in</a>
            </>
          )}
        </p>
      </section>
      <section class="board preview" aria-labelledby="preview-title">
        <div class="board-head">
          <h2 id="preview-title">Most watched</h2>
          {at !== undefined && (
            <p class="status-text">
              as of <PageTime at={at} />
            </p>
          )}
          {isSimulated && <span class="chip">Simulated prices</span>}
        </div>
        <PriceTable rows={rows} />
      </section>
    </div>
  );
}

function PriceTable({ rows }: Pick<HomeProps, "rows">): JSX.Element {
  return (
    <table class="quotes" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="ticker">Ticker</th>
          <th role="columnheader" scope="col">Name</th>
          <th role="columnheader" scope="col" class="spark">Today</th>
          <th role="columnheader" scope="col" class="number age">
            <span class="visually-hidden">As of</span>
          </th>
          <th role="columnheader" scope="col" class="number price">Price</th>
          <th role="columnheader" scope="col" class="number change">Change</th>
          <th role="columnheader" scope="col" class="number percent">%</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => <PriceRow key={row.ticker} {...row} />)}
      </tbody>
    </table>
  );
}

function PriceRow({ ticker, name, quote, spark }: HomeProps["rows"][number]): JSX.Element {
  const known = quote && readFullQuote(quote);
  const text = known ? quoteText(known.price, known.previousClose) : noQuoteText;
  const age = known
    ? ageText(known.ageMs, { session: known.session, outdated: known.isStale })
    : "no price yet";
  return (
    <tr role="row" class={known?.isStale ? "old" : undefined} data-ticker={ticker}>
      <th role="rowheader" scope="row" class="ticker">
        <a href={stockPath(ticker)}>{ticker}</a>
      </th>
      <td role="cell" class="name">{name}</td>
      <SparkCell svg={spark} />
      <td role="cell" class="number age" data-part="age">{age}</td>
      <td role="cell" class="number price" data-part="price">{text.price}</td>
      <td role="cell" class="number change" data-part="change" data-direction={text.direction}>
        {text.change}
      </td>
      <td role="cell" class="number percent" data-part="percent" data-direction={text.direction}>
        {text.percent}
      </td>
    </tr>
  );
}
