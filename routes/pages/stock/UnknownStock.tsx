// Owns the page for a stock that is not known here: why, and the nearest ones.

import type { JSX } from "preact";
import type { PageContent } from "../../../lib/render/page.tsx";
import { stockPath } from "./path.ts";

export interface UnknownStockProps {
  /** Public text, a whole sentence. */
  readonly text: string;
  readonly nearest: readonly { readonly ticker: string; readonly name: string }[];
}

export function unknownStockPage(props: UnknownStockProps): PageContent {
  return { title: "No such stock", body: <UnknownStock {...props} /> };
}

function UnknownStock({ text, nearest }: UnknownStockProps): JSX.Element {
  return (
    <section class="card">
      <p class="status-code">404</p>
      <h1>No such stock</h1>
      <p>{text}</p>
      {nearest.length > 0 && (
        <>
          <h2 id="nearest">Did you mean</h2>
          <ul class="nearest" aria-labelledby="nearest">
            {nearest.map(({ ticker, name }) => (
              <li key={ticker}>
                <a href={stockPath(ticker)}>
                  <b>{ticker}</b> <span class="name">{name}</span>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="actions">
        <a class="button" href="/">Go to the start page</a>
      </p>
    </section>
  );
}
