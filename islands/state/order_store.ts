// Owns the order of a list while it is arranged: shown at once, saved one after another, the newest last. Knows no DOM.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "../browser/api.ts";

export interface OrderStore {
  readonly tickers: ReadonlySignal<readonly string[]>;
  /** Why the order shown is not saved; undefined: it is, or is about to be. */
  readonly failure: ReadonlySignal<string | undefined>;
  /** For a live region: what can be done, then what was done last. */
  readonly news: ReadonlySignal<string>;
  /** Only shows it. A place past either end is that end. */
  move(ticker: string, position: number): void;
  /** What is moved until it has ended is saved too. */
  save(): Promise<void>;
  isSaved(): boolean;
}

export function createOrderStore(
  first: readonly string[],
  { api, onSignedOut }: { api: Pick<Api, "reorder">; onSignedOut: () => void },
): OrderStore {
  const tickers = signal(first);
  const failure = signal<string | undefined>(undefined);
  const news = signal("Drag a stock, or move it by its arrows.");
  let saved = first;
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
    news,
    move(ticker, position) {
      const others = tickers.peek().filter((other) => other !== ticker);
      const place = Math.max(0, Math.min(position, others.length));
      if (tickers.peek()[place] === ticker) return;
      tickers.value = others.toSpliced(place, 0, ticker);
      news.value = `${ticker} is ${place + 1} of ${others.length + 1}.`;
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
