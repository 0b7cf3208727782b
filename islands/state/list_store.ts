// Owns the list on the page: what the server said last, and over it the changes that wait for its answer.
// A change that fails is dropped, and what it did is undone by that.

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Api, ChangeOutcome } from "../browser/api.ts";

export interface ListStore {
  readonly name: ReadonlySignal<string>;
  /** As shown: the server's, with the waiting changes applied. */
  readonly tickers: ReadonlySignal<readonly string[]>;
  /** The shown and the server's: a removed row may come back, and needs its price then. */
  readonly concerned: ReadonlySignal<readonly string[]>;
  /** The change that failed last; undefined when there is none to tell of. */
  readonly failure: ReadonlySignal<Failure | undefined>;
  /** For a live region: what was done last. */
  readonly news: ReadonlySignal<string>;
  add(ticker: string): void;
  remove(ticker: string): void;
  retry(): void;
  dismiss(): void;
  /**
   * Takes the server's word, from here or another tab; an older one is dropped. One of the same version is not: an answer
   * leaves out the name, and a removal's all that others changed before it.
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

/** More changes at once are refused with a sentence. */
export const waitingChangesMax = 20;

export function createListStore(
  first: ServerList & { readonly name: string },
  { api, onSignedOut }: { api: Pick<Api, "add" | "remove">; onSignedOut: () => void },
): ListStore {
  const held = signal<ServerList>(first);
  const name = signal(first.name);
  const waiting = signal<readonly Change[]>([]);
  const failed = signal<Failure | undefined>(undefined);
  const news = signal("");
  const tickers = computed(() => waiting.value.reduce(applyChange, held.value.tickers));
  /** A change may be done after all, late or from elsewhere: then there is nothing to tell. */
  const failure = computed(() => {
    const isDue = failed.value &&
      applyChange(tickers.value, failed.value.change) !== tickers.value;
    return isDue ? failed.value : undefined;
  });
  let queue: Promise<void> = Promise.resolve();

  function accept(content: ServerList): void {
    if (content.version < held.peek().version) return;
    held.value = content;
    if (content.name !== undefined) name.value = content.name;
  }

  /** One at a time, so that the server sees them in the user's order. */
  function submit(change: Change): void {
    if (applyChange(tickers.peek(), change) === tickers.peek()) {
      news.value = change.kind === "add" ? `${change.ticker} is on your list already.` : "";
      return;
    }
    failed.value = undefined;
    if (waiting.peek().length >= waitingChangesMax) {
      failed.value = { change, text: "Too many changes at once; wait a moment." };
      return;
    }
    waiting.value = [...waiting.peek(), change];
    news.value = `${change.ticker} ${change.kind === "add" ? "added" : "removed"}.`;
    queue = queue.then(() => send(change));
  }

  async function send(change: Change): Promise<void> {
    const outcome = await api[change.kind](change.ticker);
    // In one step, so that the row neither flickers nor moves.
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
      news.value = "";
      return;
    }
    const { version, tickers: told } = outcome.kind === "done"
      ? outcome
      : { version: undefined, tickers: undefined };
    if (version !== undefined && version < held.peek().version) return;
    held.value = {
      version: version ?? held.peek().version,
      tickers: told ?? applyChange(held.peek().tickers, change),
    };
  }

  return {
    name,
    tickers,
    concerned: computed(() => [...held.value.tickers, ...tickers.value]),
    failure,
    news,
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

/** The same array when the change changes nothing. */
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
