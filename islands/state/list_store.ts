// Owns the list on the page: the server's newest version of it, with the changes that wait for an answer applied on top.
// A change that fails is dropped, which undoes it on the page.

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Api, ChangeOutcome } from "../browser/api.ts";

export interface ListStore {
  readonly name: ReadonlySignal<string>;
  /** The tickers on the page: those of the server, with the waiting changes applied. */
  readonly tickers: ReadonlySignal<readonly string[]>;
  /** The tickers on the page and those of the server. A removed row may come back, and then needs its price. */
  readonly allTickers: ReadonlySignal<readonly string[]>;
  /** The last change that failed; undefined if there is nothing to report. */
  readonly failure: ReadonlySignal<Failure | undefined>;
  /** The text of a live region: the last change. */
  readonly statusText: ReadonlySignal<string>;
  add(ticker: string): void;
  remove(ticker: string): void;
  retry(): void;
  dismiss(): void;
  /**
   * Takes a version of the list from the server. An older version is dropped. The same version is taken again, because an
   * answer has no name, and the answer to a removal has no tickers, so it misses what other tabs changed before.
   */
  accept(content: ServerList): void;
}

export interface ServerList {
  readonly name?: string;
  readonly version: number;
  readonly tickers: readonly string[];
}

export interface Change {
  readonly kind: "add" | "remove";
  readonly ticker: string;
}

export interface Failure {
  readonly change: Change;
  readonly text: string;
}

/** Further changes are refused with a sentence. */
export const waitingChangesMax = 20;

export function createListStore(
  first: ServerList & { readonly name: string },
  { api, onSignedOut }: { api: Pick<Api, "add" | "remove">; onSignedOut: () => void },
): ListStore {
  const serverList = signal<ServerList>(first);
  const name = signal(first.name);
  const waiting = signal<readonly Change[]>([]);
  const failed = signal<Failure | undefined>(undefined);
  const statusText = signal("");
  const tickers = computed(() => waiting.value.reduce(applyChange, serverList.value.tickers));
  /** A failed change may take effect later, or from another tab. Then there is nothing to report. */
  const failure = computed(() => {
    const isUndone = failed.value &&
      applyChange(tickers.value, failed.value.change) !== tickers.value;
    return isUndone ? failed.value : undefined;
  });
  let queue: Promise<void> = Promise.resolve();

  function accept(content: ServerList): void {
    if (content.version < serverList.peek().version) return;
    serverList.value = content;
    if (content.name !== undefined) name.value = content.name;
  }

  /** One at a time, so that the server gets them in the user's order. */
  function submit(change: Change): void {
    if (applyChange(tickers.peek(), change) === tickers.peek()) {
      statusText.value = change.kind === "add" ? `${change.ticker} is on your list already.` : "";
      return;
    }
    failed.value = undefined;
    if (waiting.peek().length >= waitingChangesMax) {
      failed.value = { change, text: "Too many changes at once; wait a moment." };
      return;
    }
    waiting.value = [...waiting.peek(), change];
    statusText.value = `${change.ticker} ${change.kind === "add" ? "added" : "removed"}.`;
    queue = queue.then(() => send(change));
  }

  async function send(change: Change): Promise<void> {
    const outcome = await api[change.kind](change.ticker);
    // One batch, so that the row neither flickers nor moves.
    batch(() => {
      settle(change, outcome);
      waiting.value = waiting.peek().filter((other) => other !== change);
    });
  }

  function settle(change: Change, outcome: ChangeOutcome): void {
    if (outcome.kind === "signed_out") return onSignedOut();
    const isDone = outcome.kind === "done" ||
      outcome.kind === "refused" && outcome.code === "not_on_list" && change.kind === "remove";
    if (!isDone) {
      failed.value = { change, text: failureText(change, outcome) };
      statusText.value = "";
      return;
    }
    const { version, tickers: answered } = outcome.kind === "done"
      ? outcome
      : { version: undefined, tickers: undefined };
    if (version !== undefined && version < serverList.peek().version) return;
    serverList.value = {
      version: version ?? serverList.peek().version,
      tickers: answered ?? applyChange(serverList.peek().tickers, change),
    };
  }

  return {
    name,
    tickers,
    allTickers: computed(() => [...serverList.value.tickers, ...tickers.value]),
    failure,
    statusText,
    accept,
    add: (ticker) => submit({ kind: "add", ticker }),
    remove: (ticker) => submit({ kind: "remove", ticker }),
    retry() {
      const change = failure.peek()?.change;
      if (change) submit(change);
    },
    dismiss() {
      failed.value = undefined;
    },
  };
}

/** Returns the same array if the change has no effect. */
function applyChange(tickers: readonly string[], { kind, ticker }: Change): readonly string[] {
  if (tickers.includes(ticker) === (kind === "add")) return tickers;
  return kind === "add" ? [...tickers, ticker] : tickers.filter((other) => other !== ticker);
}

function failureText(
  { kind, ticker }: Change,
  outcome: Extract<ChangeOutcome, { kind: "refused" | "unreachable" }>,
): string {
  const reason = outcome.kind === "refused" ? outcome.text : "The server could not be reached.";
  return `${ticker} was not ${kind === "add" ? "added" : "removed"}. ${reason}`;
}
