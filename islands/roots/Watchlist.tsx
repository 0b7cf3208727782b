// Owns the view of the watchlist: rows, the empty list, a failed change. The board owns the state.

import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { type Board, createBoard, type WatchlistProps } from "../state/board.ts";
import { ConnectionBadge } from "../watchlist/ConnectionBadge.tsx";
import { EmptyList } from "../watchlist/EmptyList.tsx";
import { followPage } from "../browser/page_events.ts";
import { QuoteRow } from "../watchlist/QuoteRow.tsx";

export function Watchlist(props: WatchlistProps): JSX.Element {
  const board = useMemo(() => createBoard(props), []);
  const { list } = board;
  const tickers = list.tickers.value;

  useEffect(() => {
    const stop = board.start();
    const unfollow = followPage(board.live);
    return () => {
      unfollow();
      stop();
    };
  }, []);
  useSignalEffect(() => {
    document.title = `${list.name.value} · Quoteboard`;
  });

  return (
    <section class="board" aria-labelledby="list-name" onClick={keepFocus}>
      <div class="board-head">
        <h1 id="list-name" tabIndex={-1}>{list.name}</h1>
        <p class="status-text" role="status">{list.statusText}</p>
        <ConnectionBadge board={board} />
        {props.source.name === "simulated" && <span class="chip">Simulated prices</span>}
      </div>
      <FailedChange board={board} />
      <form
        method="post"
        action={`/watchlist?list=${props.list.id}`}
        onSubmit={(event) => submit(event, board)}
      >
        {tickers.length === 0
          ? <EmptyList suggestions={props.suggestions} />
          : (
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
                  <th role="columnheader" scope="col" class="remove">
                    <span class="visually-hidden">Remove</span>
                  </th>
                </tr>
              </thead>
              <tbody role="rowgroup">
                {tickers.map((ticker) => <QuoteRow key={ticker} ticker={ticker} board={board} />)}
              </tbody>
            </table>
          )}
      </form>
    </section>
  );
}

/** Replaces the submission of the form, which works without JavaScript. The pressed button names the change. */
function submit(event: SubmitEvent, board: Board): void {
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  if (button.name === "remove") {
    neighbourOf(button)?.focus();
    board.list.remove(button.value);
  } else {
    board.add({ ticker: button.value, ...(button.title ? { name: button.title } : {}) });
  }
}

/** Most buttons disappear when they are pressed, and the focus would be lost with them. */
function keepFocus({ target }: Event): void {
  const disappears = target instanceof Element && target.closest("button:not([name=remove])");
  if (disappears) listName()?.focus();
}

function listName(): HTMLElement | null {
  return document.querySelector("#list-name");
}

/** Gets the focus when a row is removed: the button of the next row, otherwise of the previous one. */
function neighbourOf(button: HTMLButtonElement): HTMLElement | null {
  const row = button.closest("tr");
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  return neighbour?.querySelector("button") ?? listName();
}

function FailedChange({ board: { list } }: { board: Board }): JSX.Element {
  const failure = list.failure.value;
  return (
    <div role="alert">
      {failure && (
        <div class="notice notice-error">
          <p>{failure.text}</p>
          <button type="button" onClick={list.retry}>Try again</button>
          <button type="button" class="quiet" onClick={list.dismiss}>Dismiss</button>
        </div>
      )}
    </div>
  );
}

// For a stock's page: islands/stock/shared_parts.ts says why.
export { formatPrice } from "../../lib/quote.ts";
export { createLiveClient } from "../live/client.ts";
export { ageOf, createQuoteStore } from "../state/quote_store.ts";
export { followPage };
