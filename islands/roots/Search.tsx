// Owns the search field: an ARIA 1.2 combobox with a listbox. Without JavaScript it is a form.

import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { FoundSecurity } from "../browser/api.ts";
import { browserApi, browserClock, pageList } from "../browser/page.ts";
import { createSearchApi, queryLengthMax } from "../browser/search_api.ts";
import {
  createSearchStore,
  type Move,
  type SearchState,
  type SearchStore,
} from "../state/search_store.ts";

export interface SearchProps {
  /** The query of the form, if the page shows its results. */
  readonly query?: string;
  /** The id of the page's list. */
  readonly list: string;
}

const optionsId = "search-options";

export function Search({ query = "", list }: SearchProps): JSX.Element {
  const search = useMemo(makeSearch, []);
  const input = useRef<HTMLInputElement>(null);
  const state = search.state.value;
  const isOpen = state.kind !== "idle";
  const active = state.kind === "found" ? state.active : -1;

  // The user may have typed into the field while this island loaded.
  useEffect(() => {
    const typed = input.current?.value ?? "";
    if (typed !== query && document.activeElement === input.current) search.type(typed);
  }, []);

  function add(option: FoundSecurity | undefined): void {
    if (!option) return;
    pageList.peek()?.add(option);
    if (input.current) input.current.value = "";
    search.close();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const move = moves[event.key];
    if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      search.close();
    } else if (move && state.kind === "found" && !event.shiftKey) {
      event.preventDefault();
      search.move(move);
    } else if (event.key === "ArrowDown" && input.current) {
      event.preventDefault();
      search.ask(input.current.value);
    }
  }

  function onSubmit(event: Event): void {
    // Before the list is live, the browser submits the form.
    if (!pageList.peek()) return;
    event.preventDefault();
    const typed = input.current?.value ?? "";
    const isCurrent = state.kind === "found" && state.query === typed.trim();
    if (isCurrent) add(search.chosen());
    else search.ask(typed);
  }

  return (
    <form class="search" role="search" method="get" action="/watchlist" onSubmit={onSubmit}>
      <input type="hidden" name="list" value={list} />
      <label for="search-input">Add a stock</label>
      <div class="search-field">
        <input
          ref={input}
          id="search-input"
          name="query"
          type="search"
          role="combobox"
          list={undefined}
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={optionsId}
          aria-activedescendant={active >= 0 ? optionId(active) : undefined}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={queryLengthMax}
          placeholder="Company or ticker"
          defaultValue={query}
          onInput={(event) => search.type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => search.close()}
        />
        <button type="submit">Search</button>
        {/* A press in the popup must not blur the field: that would close the popup before the click. */}
        <div class="popup" hidden={!isOpen} onMouseDown={(event) => event.preventDefault()}>
          <ul id={optionsId} role="listbox" aria-label="Stocks found">
            {state.kind === "found" && state.options.map((option, index) => (
              <Option
                key={option.ticker}
                option={option}
                index={index}
                isActive={index === active}
                onChoose={add}
              />
            ))}
          </ul>
          <PopupText state={state} search={search} onChoose={add} />
        </div>
      </div>
      <p class="visually-hidden" role="status">{spokenText(state)}</p>
    </form>
  );
}

const moves: Record<string, Move | undefined> = {
  ArrowDown: "next",
  ArrowUp: "previous",
  Home: "first",
  End: "last",
};

function makeSearch(): SearchStore {
  return createSearchStore({ api: createSearchApi(browserApi()), clock: browserClock });
}

function Option({ option, index, isActive, onChoose }: {
  option: FoundSecurity;
  index: number;
  isActive: boolean;
  onChoose(option: FoundSecurity): void;
}): JSX.Element {
  return (
    <li
      role="option"
      id={optionId(index)}
      aria-selected={isActive}
      ref={(element) => {
        if (isActive) element?.scrollIntoView({ block: "nearest" });
      }}
      onClick={() => onChoose(option)}
    >
      <b>{option.ticker}</b>
      <span class="name">{option.name}</span>
      {isListed(option) && <span class="chip">On your list</span>}
    </li>
  );
}

function PopupText({ state, search, onChoose }: {
  state: SearchState;
  search: SearchStore;
  onChoose(option: FoundSecurity): void;
}) {
  if (state.kind === "asking") return <p>Searching…</p>;
  if (state.kind === "found" && state.options.length === 0) {
    return (
      <>
        <p>No stock matches “{state.query}”.</p>
        {state.help && <p>Covered: {state.help.covered}.</p>}
        {state.help?.nearest.map((option) => (
          <p key={option.ticker}>
            <button type="button" onClick={() => onChoose(option)}>Add {option.ticker}</button>{" "}
            {option.name}
          </p>
        ))}
      </>
    );
  }
  if (state.kind !== "failed") return null;
  return (
    <p>
      The search did not answer.{" "}
      <button type="button" onClick={() => search.ask(state.query)}>Try again</button>
    </p>
  );
}

/** Screen readers announce the number of results here, and each option when it becomes active. */
function spokenText(state: SearchState): string {
  if (state.kind === "failed") return "The search did not answer.";
  if (state.kind !== "found") return "";
  const count = state.options.length;
  return count === 0 ? "No results." : count === 1 ? "1 result." : `${count} results.`;
}

function isListed({ ticker }: FoundSecurity): boolean {
  return pageList.value?.tickers.value.includes(ticker) ?? false;
}

function optionId(index: number): string {
  return `search-option-${index}`;
}
