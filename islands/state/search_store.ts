// Owns a search as it is typed: waiting, asking, dropping older answers, and which option is active. Knows no DOM.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api, FoundSecurity } from "../browser/api.ts";
import type { Clock } from "../browser/ports.ts";

export type SearchState =
  | { readonly kind: "idle" }
  | { readonly kind: "asking"; readonly query: string }
  | {
    readonly kind: "found";
    readonly query: string;
    readonly options: readonly FoundSecurity[];
    /** Index of the option the arrows went to; -1 before they are used: then Enter takes the best, the first. */
    readonly active: number;
  }
  | { readonly kind: "failed"; readonly query: string };

export interface SearchStore {
  readonly state: ReadonlySignal<SearchState>;
  /** What the field holds now; asked for once typing pauses. */
  type(text: string): void;
  /** The same, at once: also the way to try again. */
  ask(text: string): void;
  move(to: Move): void;
  /** What Enter takes: the active option, else the best. */
  chosen(): FoundSecurity | undefined;
  close(): void;
}

export type Move = "next" | "previous" | "first" | "last";

const pauseMs = 150;

export function createSearchStore(
  { api, clock }: { api: Pick<Api, "search">; clock: Clock },
): SearchStore {
  const state = signal<SearchState>({ kind: "idle" });
  let cancelPause = () => {};
  let asking: AbortController | undefined;

  /** Whatever was under way is void from here on, also an answer that is being read. */
  function abandon(): void {
    cancelPause();
    asking?.abort();
    asking = undefined;
  }

  function close(): void {
    abandon();
    state.value = { kind: "idle" };
  }

  function type(text: string): void {
    abandon();
    if (text.trim() === "") return close();
    cancelPause = clock.after(pauseMs, () => ask(text));
  }

  async function ask(text: string): Promise<void> {
    abandon();
    const query = text.trim();
    if (query === "") return close();
    const mine = asking = new AbortController();
    // Results of the text before stay until the new ones are there: the list does not flicker.
    if (state.peek().kind !== "found") state.value = { kind: "asking", query };
    const options = await api.search(query, mine.signal);
    if (asking !== mine) return;
    state.value = options
      ? { kind: "found", query, options, active: -1 }
      : { kind: "failed", query };
  }

  return {
    state,
    type,
    close,
    ask,
    move(to) {
      const present = state.peek();
      if (present.kind !== "found" || present.options.length === 0) return;
      state.value = { ...present, active: moved(present.active, to, present.options.length) };
    },
    chosen() {
      const present = state.peek();
      return present.kind === "found" ? present.options[Math.max(0, present.active)] : undefined;
    },
  };
}

/** Arrows go round at both ends. */
function moved(active: number, to: Move, count: number): number {
  switch (to) {
    case "next":
      return (active + 1) % count;
    case "previous":
      return active <= 0 ? count - 1 : active - 1;
    case "first":
      return 0;
    case "last":
      return count - 1;
  }
}
