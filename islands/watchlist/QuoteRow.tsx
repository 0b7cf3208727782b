// Owns one row of the list. Each price text is a signal: a tick changes text nodes, and no component renders again.

import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Board } from "../state/board.ts";
import { ageOf } from "../state/quote_store.ts";
import type { Direction } from "../state/quote_text.ts";
import { SparkCell } from "./SparkCell.tsx";

export function QuoteRow({ ticker, board }: { ticker: string; board: Board }): JSX.Element {
  const cell = board.quotes.cell(ticker);
  const age = useComputed(() =>
    ageOf(cell, { now: board.now, readAt: board.quotes.readAt, outdated: board.outdated.value })
  );
  const isOld = useComputed(() => cell.stale.value || board.outdated.value ? "old" : "");
  return (
    <tr role="row" class={isOld} data-ticker={ticker}>
      <th role="rowheader" scope="row" class="ticker">
        <a href={`/stocks/${ticker}?list=${board.listId}`}>{ticker}</a>
      </th>
      <td role="cell" class="name">{board.nameOf(ticker)}</td>
      <SparkCell svg={board.sparkOf?.(ticker)} />
      {numberCell("age", age)}
      {numberCell("price", <span data-flash={cell.flash}>{cell.price}</span>)}
      {numberCell("change", cell.change, cell.direction)}
      {numberCell("percent", cell.percent, cell.direction)}
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

function numberCell(
  part: string,
  content: JSX.Element | ReadonlySignal<string>,
  direction?: ReadonlySignal<Direction>,
): JSX.Element {
  return (
    <td role="cell" class={`number ${part}`} data-part={part} data-direction={direction}>
      {content}
    </td>
  );
}
