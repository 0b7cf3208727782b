// Owns a search while the user types: the pause before a request, dropped answers, and the active option. Knows no DOM.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { FoundSecurity } from "../browser/api.ts";
import type { Clock } from "../browser/ports.ts";
import type { NearestNames, SearchApi } from "../browser/search_api.ts";

export type SearchState =
  | { readonly kind: "idle" }
  | { readonly kind: "asking"; readonly query: string }
  | {
    readonly kind: "found";
    readonly query: string;
    readonly options: readonly FoundSecurity[];
    /** Index of the option that the arrow keys chose; -1 before they are used. Then Enter takes the first option, the best match. */
    readonly active: number;
    /** Present once it is known, if nothing was found. */
    readonly help?: NearestNames;
  }
  | { readonly kind: "failed"; readonly query: string };

export interface SearchStore {
  readonly state: ReadonlySignal<SearchState>;
  /** Takes the text of the field; searches once the user pauses. */
  type(text: string): void;
  /** Searches at once; also retries. */
  ask(text: string): void;
  move(to: Move): void;
  /** The option that Enter takes: the active one, otherwise the first. */
  chosen(): FoundSecurity | undefined;
  close(): void;
}

export type Move = "next" | "previous" | "first" | "last";

const pauseMs = 150;

export function createSearchStore(
  { api, clock }: { api: SearchApi; clock: Clock },
): SearchStore {
  const state = signal<SearchState>({ kind: "idle" });
  let cancelPause = () => {};
  let request: AbortController | undefined;

  /** Cancels the pause and the request. An answer that is still being read is dropped. */
  function cancel(): void {
    cancelPause();
    request?.abort();
    request = undefined;
  }

  function close(): void {
    cancel();
    state.value = { kind: "idle" };
  }

  function type(text: string): void {
    cancel();
    if (text.trim() === "") return close();
    cancelPause = clock.after(pauseMs, () => ask(text));
  }

  async function ask(text: string): Promise<void> {
    cancel();
    const query = text.trim();
    if (query === "") return close();
    const own = request = new AbortController();
    // The former results stay until the new ones arrive, so that the list does not flicker.
    if (state.peek().kind !== "found") state.value = { kind: "asking", query };
    const options = await api.search(query, own.signal);
    if (request !== own) return;
    state.value = options
      ? { kind: "found", query, options, active: -1 }
      : { kind: "failed", query };
    if (options?.length !== 0) return;
    const help = await api.nearest(query, own.signal);
    if (request === own && help) state.value = { kind: "found", query, options, active: -1, help };
  }

  return {
    state,
    type,
    close,
    ask,
    move(to) {
      const current = state.peek();
      if (current.kind !== "found" || current.options.length === 0) return;
      state.value = { ...current, active: moved(current.active, to, current.options.length) };
    },
    chosen() {
      const current = state.peek();
      return current.kind === "found" ? current.options[Math.max(0, current.active)] : undefined;
    },
  };
}

/** Arrow keys wrap at both ends. */
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
