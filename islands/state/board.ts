// Owns the watchlist page's state as a whole: list, quotes, names and connection, and how they meet.
// Making one does nothing; start() connects it to the browser.

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
  /** The server's time of the page, Unix ms; the quotes' ages count from it. */
  readonly at: number;
  readonly tickMs: number;
  readonly epoch: number;
  readonly seq: number;
  readonly source: { readonly name: string; readonly notice: string };
  /** Much-watched tickers for an empty list. */
  readonly suggestions: readonly { readonly ticker: string; readonly name: string }[];
}

export interface Board {
  readonly list: ListStore;
  readonly quotes: QuoteStore;
  readonly live: LiveClient;
  /** The server's time, Unix ms, renewed each second. */
  readonly now: ReadonlySignal<number>;
  /** Prices on the page are older than they should be. */
  readonly outdated: ReadonlySignal<boolean>;
  nameOf(ticker: string): ReadonlySignal<string>;
  /** Names come with a search's results; others are asked for. */
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
  /** The page's list is there no more. */
  onListGone(): void;
  /** All of the user's lists, as they are now. */
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
  const asked = new Set<string>();
  const now = signal(props.at);
  /** The browser's clock minus the server's; delays only ever make it too great, so the least is kept. */
  let aheadMs = clock.now() - props.at;

  for (const row of props.rows) nameOf(row.ticker).value = row.name;

  function receive(message: ServerMessage): void {
    if (message.type === "hello") aheadMs = clock.now() - message.now;
    if (message.type === "watchlist") {
      // A socket begins with the user's first list, and goes back to it when that becomes another one.
      if (message.id === props.list.id) list.accept(message);
      else live.send({ type: "follow", lists: [props.list.id] });
    }
    if (message.type === "lists") ports.onLists(message.lists);
    if (message.type === "error" && message.code === "unknown_list") ports.onListGone();
    if (message.type !== "snapshot" && message.type !== "tick") return;
    aheadMs = Math.min(aheadMs, clock.now() - message.at);
    quotes.apply(message);
  }

  function nameOf(ticker: string): Signal<string> {
    let name = names.get(ticker);
    if (!name) names.set(ticker, name = signal(""));
    return name;
  }

  /** Once a ticker: a name that could not be read stays empty until the page is loaded anew. */
  function askName(ticker: string): void {
    if (asked.has(ticker) || nameOf(ticker).peek() !== "") return;
    asked.add(ticker);
    api.name(ticker).then((name) => {
      if (name !== undefined) nameOf(ticker).value = name;
    });
  }

  function followList(): void {
    const tickers = list.tickers.value;
    tickers.forEach(askName);
    quotes.retain(list.concerned.value);
    live.expectTicks(tickers.length > 0);
  }

  function add({ ticker, name }: { ticker: string; name?: string }): void {
    if (name !== undefined) nameOf(ticker).value = name;
    list.add(ticker);
  }

  return {
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
    start() {
      let cancelBeat = () => {};
      function beat(): void {
        now.value = clock.now() - aheadMs;
        cancelBeat = clock.after(1000, beat);
      }
      const stopFollowing = effect(followList);
      pageList.value = { tickers: list.tickers, add };
      beat();
      live.connect();
      return () => {
        stopFollowing();
        cancelBeat();
        live.stop();
        pageList.value = undefined;
      };
    },
  };
}

/** Nothing of the browser is touched until start(), so that the server can render. */
function browserPorts(listId: string): BoardPorts {
  return {
    clock: browserClock,
    api: browserApi(listId),
    random: Math.random,
    openSocket: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws?tell=lists`),
    onSignedOut: goToSignIn,
    onListGone: () => location.assign("/watchlist"),
    async onLists(lists) {
      const told = JSON.stringify(lists);
      if (document.querySelector<HTMLElement>(".list-bar")?.dataset.lists === told) return;
      await (await import("../browser/list_bar.ts")).renewListBar(listId, told);
    },
  };
}
