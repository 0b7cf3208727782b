// Owns one row of the list. Each price text is a signal: a tick changes text nodes, and no component renders again.

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Board } from "../state/board.ts";
import { ageText } from "../state/quote_text.ts";

export function QuoteRow({ ticker, board }: { ticker: string; board: Board }): JSX.Element {
  const cell = board.quotes.cell(ticker);
  const age = useComputed(() => {
    if (cell.asOf.value === 0) return "no price yet";
    // The last tick confirmed every price that is not stale, also one that did not change.
    const isStale = cell.stale.value;
    const outdated = isStale || board.outdated.value;
    const session = cell.session.value;
    if (!outdated && session !== "closed") return ageText(0, { session, outdated });
    const confirmedAt = isStale || session === "closed"
      ? cell.asOf.value
      : Math.max(cell.asOf.value, board.quotes.readAt.value);
    return ageText(board.now.value - confirmedAt, { session, outdated });
  });
  const isOld = useComputed(() => cell.stale.value || board.outdated.value ? "old" : "");
  return (
    <tr role="row" class={isOld} data-ticker={ticker}>
      <th role="rowheader" scope="row" class="ticker">{ticker}</th>
      <td role="cell" class="name">{board.nameOf(ticker)}</td>
      <td role="cell" class="number age">{age}</td>
      <td role="cell" class="number price">
        <span data-flash={cell.flash}>{cell.price}</span>
      </td>
      <td role="cell" class="number change" data-direction={cell.direction}>{cell.change}</td>
      <td role="cell" class="number percent" data-direction={cell.direction}>{cell.percent}</td>
      <td role="cell" class="remove">
        <button
          type="submit"
          name="remove"
          value={ticker}
          class="icon"
          aria-label={`Remove ${ticker}`}
          title="Remove"
        >
          ×
        </button>
      </td>
    </tr>
  );
}
