// Owns the order of a list while the user changes it: a move is shown at once, and saves run one after another. Knows no DOM.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "../browser/api.ts";

export interface OrderStore {
  readonly tickers: ReadonlySignal<readonly string[]>;
  /** Why the order on the page is not saved; undefined if it is saved, or is being saved. */
  readonly failure: ReadonlySignal<string | undefined>;
  /** The text of a live region: first an instruction, then the last move. */
  readonly statusText: ReadonlySignal<string>;
  /** Changes the page alone. A position beyond an end of the list means that end. */
  move(ticker: string, position: number): void;
  /** Includes moves that are made before it ends. */
  save(): Promise<void>;
  isSaved(): boolean;
}

export function createOrderStore(
  initial: readonly string[],
  { api, onSignedOut }: { api: Pick<Api, "reorder">; onSignedOut: () => void },
): OrderStore {
  const tickers = signal(initial);
  const failure = signal<string | undefined>(undefined);
  const statusText = signal("Drag a stock, or move it by its arrows.");
  let saved = initial;
  let saving: Promise<void> | undefined;
  const isSaved = () => tickers.peek() === saved;

  async function saveAll(): Promise<void> {
    failure.value = undefined;
    while (!isSaved() && failure.peek() === undefined) {
      const order = tickers.peek();
      const outcome = await api.reorder(order);
      if (outcome.kind === "done") saved = order;
      else if (outcome.kind === "signed_out") return onSignedOut();
      else failure.value = outcome.kind === "refused" ? refusalText(outcome) : unreachableText;
    }
  }

  return {
    tickers,
    failure,
    statusText,
    move(ticker, position) {
      const others = tickers.peek().filter((other) => other !== ticker);
      const place = Math.max(0, Math.min(position, others.length));
      if (tickers.peek()[place] === ticker) return;
      tickers.value = others.toSpliced(place, 0, ticker);
      statusText.value = `${ticker} is ${place + 1} of ${others.length + 1}.`;
    },
    save: () => saving ??= saveAll().finally(() => saving = undefined),
    isSaved,
  };
}

const unreachableText = "The order was not saved. The server could not be reached.";

function refusalText({ code, text }: { code: string; text: string }): string {
  return code === "set_differs" || code === "unknown_list"
    ? "The order was not saved: the list was changed elsewhere meanwhile. Reload the page to see it."
    : `The order was not saved. ${text}`;
}
