// Owns the content of an empty list. Its buttons submit the form of the list.

import type { JSX } from "preact";
import type { WatchlistProps } from "../state/board.ts";

export function EmptyList(
  { suggestions }: { suggestions: WatchlistProps["suggestions"] },
): JSX.Element {
  return (
    <div class="empty">
      <h2>Nothing here yet</h2>
      <p>Search for a stock above, or begin with one that many people watch.</p>
      <ul class="suggestions">
        {suggestions.map(({ ticker, name }) => (
          <li key={ticker}>
            <button
              type="submit"
              name="ticker"
              value={ticker}
              title={name}
              aria-label={`Add ${ticker}, ${name}`}
            >
              <b>{ticker}</b> <span class="name">{name}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
