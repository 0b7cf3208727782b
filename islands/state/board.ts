// Owns the state of the watchlist page: it connects the list, the quotes, the names and the live client.
// createBoard() has no side effect; start() connects the board to the browser.

import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { FullQuote, ListsMessage, ServerMessage } from "../../lib/protocol.ts";
import type { Api } from "../browser/api.ts";
import { createListStore, type ListStore } from "./list_store.ts";
import { createLiveClient, type LiveClient } from "../live/client.ts";
import { browserApi, browserClock, goToSignIn, pageList } from "../browser/page.ts";
import type { Clock, LiveSocket } from "../browser/ports.ts";
import { createQuoteStore, type QuoteStore } from "./quote_store.ts";

export interface WatchlistProps {
  readonly list: {
    readonly id: string;
    readonly name: string;
    readonly version: number;
    readonly tickers: readonly string[];
  };
  readonly rows: readonly {
    readonly ticker: string;
    readonly name: string;
    readonly quote: FullQuote | null;
  }[];
  /** The markup of today's small line. On the server alone: the props are sent as JSON, without functions. */
  sparkOf?(ticker: string): string;
  /** When the server rendered the page, its Unix ms. The ages of the quotes are relative to it. */
  readonly at: number;
  readonly tickMs: number;
  readonly epoch: number;
  readonly seq: number;
  readonly source: { readonly name: string; readonly notice: string };
  /** Popular tickers, for an empty list. */
  readonly suggestions: readonly { readonly ticker: string; readonly name: string }[];
}

export interface Board {
  readonly listId: string;
  readonly list: ListStore;
  readonly quotes: QuoteStore;
  readonly live: LiveClient;
  /** The server's time, Unix ms; updated each second. */
  readonly now: ReadonlySignal<number>;
  /** True if no fresh prices arrive. */
  readonly outdated: ReadonlySignal<boolean>;
  nameOf(ticker: string): ReadonlySignal<string>;
  readonly sparkOf: WatchlistProps["sparkOf"];
  /** A result of a search comes with its name; other names are requested. */
  add(security: { ticker: string; name?: string }): void;
  /** Connects; the returned function disconnects. */
  start(): () => void;
}

export interface BoardPorts {
  readonly clock: Clock;
  readonly api: Api;
  random(): number;
  openSocket(): LiveSocket;
  onSignedOut(): void;
  /** The list of the page was deleted. */
  onListGone(): void;
  /** All of the user's current lists. */
  onLists(lists: ListsMessage["lists"]): void;
}

export function createBoard(
  props: WatchlistProps,
  ports: BoardPorts = browserPorts(props.list.id),
): Board {
  const { clock, api } = ports;
  const list = createListStore(props.list, ports);
  const quotes = createQuoteStore({
    ...props,
    quotes: props.rows.flatMap((row) => row.quote ? [row.quote] : []),
  });
  const live = createLiveClient(
    { ...ports, refresh: api.refresh, onMessage: receive },
    { tickMs: props.tickMs, expectsTicks: props.list.tickers.length > 0 },
  );
  const names = new Map<string, Signal<string>>();
  const requestedNames = new Set<string>();
  const now = signal(props.at);
  /** The browser's clock minus the server's. A delay in the network only increases it, so the smallest value is kept. */
  let clockAheadMs = clock.now() - props.at;

  for (const row of props.rows) nameOf(row.ticker).value = row.name;

  function receive(message: ServerMessage): void {
    if (message.type === "hello") clockAheadMs = clock.now() - message.now;
    if (message.type === "watchlist") {
      // A new socket follows the user's first list, and follows the new first list when the order of the lists changes.
      if (message.id === props.list.id) list.accept(message);
      else live.send({ type: "follow", lists: [props.list.id] });
    }
    if (message.type === "lists") ports.onLists(message.lists);
    if (message.type === "error" && message.code === "unknown_list") ports.onListGone();
    if (message.type !== "snapshot" && message.type !== "tick") return;
    clockAheadMs = Math.min(clockAheadMs, clock.now() - message.at);
    quotes.apply(message);
  }

  function nameOf(ticker: string): Signal<string> {
    let name = names.get(ticker);
    if (!name) names.set(ticker, name = signal(""));
    return name;
  }

  /** One request for each ticker. A name that could not be read stays empty until the page is reloaded. */
  function requestName(ticker: string): void {
    if (requestedNames.has(ticker) || nameOf(ticker).peek() !== "") return;
    requestedNames.add(ticker);
    api.name(ticker).then((name) => {
      if (name !== undefined) nameOf(ticker).value = name;
    });
  }

  function followList(): void {
    const tickers = list.tickers.value;
    tickers.forEach(requestName);
    quotes.retain(list.allTickers.value);
    live.expectTicks(tickers.length > 0);
  }

  function add({ ticker, name }: { ticker: string; name?: string }): void {
    if (name !== undefined) nameOf(ticker).value = name;
    list.add(ticker);
  }

  return {
    listId: props.list.id,
    list,
    quotes,
    live,
    now,
    add,
    outdated: computed(() => {
      const { kind } = live.status.value;
      return kind === "stale" || kind === "limit" || kind === "signed_out";
    }),
    nameOf,
    sparkOf: props.sparkOf,
    start() {
      let cancelUpdate = () => {};
      function updateNow(): void {
        now.value = clock.now() - clockAheadMs;
        cancelUpdate = clock.after(1000, updateNow);
      }
      const stopFollowing = effect(followList);
      pageList.value = { tickers: list.tickers, add };
      updateNow();
      live.connect();
      return () => {
        stopFollowing();
        cancelUpdate();
        live.stop();
        pageList.value = undefined;
      };
    },
  };
}

/** Uses no browser API before start(), so that the server can render the island. */
function browserPorts(listId: string): BoardPorts {
  return {
    clock: browserClock,
    api: browserApi(listId),
    random: Math.random,
    openSocket: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws?tell=lists`),
    onSignedOut: goToSignIn,
    onListGone: () => location.assign("/watchlist"),
    async onLists(lists) {
      const current = JSON.stringify(lists);
      if (document.querySelector<HTMLElement>(".list-bar")?.dataset.lists === current) return;
      await (await import("../browser/list_bar.ts")).updateListBar(listId, current);
    },
  };
}
