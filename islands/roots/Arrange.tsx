// Owns arranging a list by hand: each row is dragged, or moved by its buttons, which work without JavaScript too.

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
  // A row that moves takes its button along, and may lose the focus by it.
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
        <p class="news" role="status">{order.news}</p>
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
              <Place ticker={ticker} to={0} sign="⤒" label="to the top" stays={position === 0} />
              <Place ticker={ticker} to={position - 1} sign="↑" label="up" stays={position === 0} />
              <Place
                ticker={ticker}
                to={position + 1}
                sign="↓"
                label="down"
                stays={position === tickers.length - 1}
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

/** A page that is left takes its requests along: the last of them is waited for. */
function leaveSaved(
  event: MouseEvent & { readonly currentTarget: HTMLAnchorElement },
  order: OrderStore,
): void {
  if (order.isSaved() || order.failure.peek() !== undefined) return;
  event.preventDefault();
  const { href } = event.currentTarget;
  void order.save().then(() => order.isSaved() && location.assign(href));
}

/** Not disabled at an end: it would lose the focus there, and says by its place that nothing is beyond. */
function Place({ ticker, to, sign, label, stays }: {
  ticker: string;
  to: number;
  sign: string;
  label: string;
  stays: boolean;
}): JSX.Element {
  return (
    <button
      type="submit"
      name="place"
      value={`${ticker} ${Math.max(0, to)}`}
      class="icon move"
      aria-label={`Move ${ticker} ${label}`}
      aria-disabled={stays || undefined}
      title={`Move ${label}`}
    >
      {sign}
    </button>
  );
}

/** The row follows the pointer from place to place until it is let go. */
function drag(
  event: PointerEvent & { readonly currentTarget: HTMLElement },
  { ticker, order }: { ticker: string; order: OrderStore },
): void {
  const row = event.currentTarget.closest("li");
  const all = row?.parentElement;
  if (!row || !all || event.button !== 0) return;
  event.preventDefault();
  row.classList.add("held");
  const ended = new AbortController();
  const { signal } = ended;
  addEventListener("pointermove", ({ clientY }) => {
    const rows = [...all.children];
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
      row.classList.remove("held");
      ended.abort();
      void order.save();
    }, { signal });
  }
}
