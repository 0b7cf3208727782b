// Owns the island that orders a list by hand: the user drags a row or presses its buttons. The buttons work without JavaScript.

import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { createOrderStore, type OrderStore } from "../state/order_store.ts";
import { browserApi, goToSignIn } from "../browser/page.ts";

export interface ArrangeProps {
  readonly list: { readonly id: string; readonly name: string };
  readonly rows: readonly { readonly ticker: string; readonly name: string }[];
}

export function Arrange({ list, rows }: ArrangeProps): JSX.Element {
  const order = useMemo(() => startOrder(list.id, rows), []);
  const names = useMemo(() => new Map(rows.map(({ ticker, name }) => [ticker, name])), []);
  const pressed = useRef<HTMLElement | null>(null);
  const tickers = order.tickers.value;
  // A row that moves is inserted again, and its focused button may lose the focus.
  useEffect(() => {
    pressed.current?.focus();
    pressed.current = null;
  }, [tickers]);

  function submit(event: SubmitEvent): void {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    const [ticker = "", position] = button.value.split(" ");
    pressed.current = button;
    order.move(ticker, Number(position));
    void order.save();
  }

  return (
    <section class="board" aria-labelledby="list-name">
      <div class="board-head arrange-head">
        <h1 id="list-name">{list.name}: order</h1>
        <p class="status-text" role="status">{order.statusText}</p>
        <a
          class="button"
          href={`/watchlist?list=${list.id}`}
          onClick={(event) => leaveSaved(event, order)}
        >
          Done
        </a>
      </div>
      <div role="alert">
        {order.failure.value && (
          <div class="notice notice-error">
            <p>{order.failure}</p>
            <button type="button" onClick={order.save}>Try again</button>
          </div>
        )}
      </div>
      <form method="post" action={`/watchlist/arrange?list=${list.id}`} onSubmit={submit}>
        {tickers.length === 0 && <p class="empty">There are no stocks on this list yet.</p>}
        <ol class="arrange">
          {tickers.map((ticker, position) => (
            <li key={ticker} id={ticker}>
              <span class="grip" onPointerDown={(event) => drag(event, { ticker, order })} />
              <span class="stock">
                <b>{ticker}</b>
                <span class="name">{names.get(ticker)}</span>
              </span>
              <Place ticker={ticker} to={0} sign="⤒" label="to the top" isAtEnd={position === 0} />
              <Place
                ticker={ticker}
                to={position - 1}
                sign="↑"
                label="up"
                isAtEnd={position === 0}
              />
              <Place
                ticker={ticker}
                to={position + 1}
                sign="↓"
                label="down"
                isAtEnd={position === tickers.length - 1}
              />
            </li>
          ))}
        </ol>
      </form>
    </section>
  );
}

function startOrder(listId: string, rows: ArrangeProps["rows"]): OrderStore {
  return createOrderStore(rows.map(({ ticker }) => ticker), {
    api: browserApi(listId),
    onSignedOut: goToSignIn,
  });
}

/** Leaving the page aborts its requests, so the link waits for the last save. */
function leaveSaved(
  event: MouseEvent & { readonly currentTarget: HTMLAnchorElement },
  order: OrderStore,
): void {
  if (order.isSaved() || order.failure.peek() !== undefined) return;
  event.preventDefault();
  const { href } = event.currentTarget;
  void order.save().then(() => order.isSaved() && location.assign(href));
}

/** Not `disabled` at an end of the list, because a disabled button loses the focus. */
function Place({ ticker, to, sign, label, isAtEnd }: {
  ticker: string;
  to: number;
  sign: string;
  label: string;
  isAtEnd: boolean;
}): JSX.Element {
  return (
    <button
      type="submit"
      name="place"
      value={`${ticker} ${Math.max(0, to)}`}
      class="icon move"
      aria-label={`Move ${ticker} ${label}`}
      aria-disabled={isAtEnd || undefined}
      title={`Move ${label}`}
    >
      {sign}
    </button>
  );
}

/** Moves the row to the place under the pointer until the pointer is released, then saves. */
function drag(
  event: PointerEvent & { readonly currentTarget: HTMLElement },
  { ticker, order }: { ticker: string; order: OrderStore },
): void {
  const row = event.currentTarget.closest("li");
  const list = row?.parentElement;
  if (!row || !list || event.button !== 0) return;
  event.preventDefault();
  row.classList.add("dragged");
  const ended = new AbortController();
  const { signal } = ended;
  addEventListener("pointermove", ({ clientY }) => {
    const rows = [...list.children];
    const over = rows.findIndex((other) => {
      const { top, bottom } = other.getBoundingClientRect();
      return clientY >= top && clientY < bottom;
    });
    if (over < 0 || rows[over] === row) return;
    order.move(ticker, over);
    row.scrollIntoView({ block: "nearest" });
  }, { signal });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => {
      row.classList.remove("dragged");
      ended.abort();
      void order.save();
    }, { signal });
  }
}
