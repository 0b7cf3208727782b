// Owns the state of a stock's page: its quote, its day and the live client. createStock() has no side effect; start() connects.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { FullQuote, ServerMessage } from "../../lib/protocol.ts";
import type { Price } from "../../lib/quote.ts";
import { browserApi, browserClock } from "../browser/page.ts";
import type { Clock, LiveSocket } from "../browser/ports.ts";
import type { LiveClient, RefreshOutcome } from "../live/client.ts";
import type { QuoteCell } from "../state/quote_store.ts";
import type { DayPoints } from "./day_line.ts";
import { ageOf, createLiveClient, createQuoteStore } from "./shared_parts.ts";
import { dayFacts, timeText } from "./text.ts";

export interface StockProps {
  readonly ticker: string;
  readonly quote: FullQuote | null;
  /** When the server last read the quote, Unix ms; 0 without a quote. */
  readonly readAt: number;
  readonly day: DayPoints;
  /** When the server rendered the page, its Unix ms. The age of the quote is relative to it. */
  readonly at: number;
  readonly tickMs: number;
  readonly epoch: number;
  readonly seq: number;
  readonly isSignedIn: boolean;
}

export interface StockState {
  readonly quote: QuoteCell;
  /** 0: unknown. */
  readonly previousClose: ReadonlySignal<Price | 0>;
  readonly day: ReadonlySignal<DayPoints>;
  readonly age: ReadonlySignal<string>;
  readonly isOld: ReadonlySignal<boolean>;
  readonly truth: ReadonlySignal<Truth>;
  readonly live: LiveClient;
  /** Connects; the returned function disconnects. */
  start(): () => void;
}

/** Where the number on the page comes from. The times are texts; undefined without a price. */
export interface Truth {
  readonly printed: string | undefined;
  readonly read: string | undefined;
  readonly shown: string;
  readonly source: string | undefined;
  /** "fresh", or why it is not. */
  readonly state: string;
}

export interface StockPorts {
  readonly clock: Clock;
  random(): number;
  openSocket(): LiveSocket;
  refresh(): Promise<RefreshOutcome>;
  /** The page is public: it is loaded again, without the user's lists. */
  onSignedOut(): void;
}

/** As many as the server keeps: an even number. At one more, every second point goes, and the last one stays. */
export const pointsMax = 96;

export function createStock(props: StockProps, ports: StockPorts = browserPorts()): StockState {
  const { ticker } = props;
  const { clock } = ports;
  const quotes = createQuoteStore({ ...props, quotes: props.quote ? [props.quote] : [] });
  const quote = quotes.cell(ticker);
  const previousClose = signal<Price | 0>(props.quote?.[2] ?? 0);
  const source = signal(props.quote?.[5]);
  const readAt = signal(props.readAt);
  const shownAt = signal(props.at);
  const day = signal(props.day);
  /** The server's time; updated each second. */
  const now = signal(props.at);
  let clockAheadMs = clock.now() - props.at;
  const live = createLiveClient(
    { ...ports, onMessage: receive },
    { tickMs: props.tickMs, expectsTicks: true, isStranger: !props.isSignedIn },
  );

  function receive(message: ServerMessage): void {
    if (message.type === "hello") {
      clockAheadMs = clock.now() - message.now;
      // A signed-in socket follows a list by itself. This page shows one stock.
      if (message.user !== null) live.send({ type: "follow", lists: [] });
      live.send({ type: "subscribe", tickers: [ticker] });
    }
    if (message.type !== "snapshot" && message.type !== "tick") return;
    clockAheadMs = Math.min(clockAheadMs, clock.now() - message.at);
    quotes.apply(message);
    for (const sent of message.quotes) {
      const [, , close, , , from] = sent as FullQuote;
      if (sent[0] !== ticker || from === undefined) continue;
      previousClose.value = close;
      source.value = from;
    }
    shownAt.value = message.at;
    // A tick confirms every price that is not stale, also one that it leaves out.
    if (message.type === "snapshot" || quote.stale.value || quote.asOf.value === 0) return;
    readAt.value = message.at;
    if (quote.session.value !== "closed") addPoint(message.at);
  }

  /** The last price of a step represents it, as on the server. */
  function addPoint(at: number): void {
    const { points, stepMs } = day.peek();
    const last = points.at(-1);
    if (last && at <= last[0]) return;
    const stepOf = (time: number) => Math.floor(time / stepMs);
    const kept = last && stepOf(last[0]) === stepOf(at) ? points.slice(0, -1) : points;
    const next = [...kept, [at, currentPrice()] as const];
    const facts = dayFacts({ ...day.peek(), points: next });
    const extremes = facts && { low: facts.low, high: facts.high };
    day.value = next.length <= pointsMax
      ? { ...extremes, stepMs, points: next }
      : { ...extremes, stepMs: 2 * stepMs, points: next.filter((_, index) => index % 2 === 0) };
  }

  function currentPrice(): Price {
    return Math.round(Number(quote.price.peek()) * 10_000) as Price;
  }

  const outdated = computed(() => {
    const { kind } = live.status.value;
    return kind !== "live" && kind !== "connecting";
  });
  return {
    quote,
    previousClose,
    day,
    live,
    isOld: computed(() => quote.stale.value || outdated.value),
    age: computed(() => ageOf(quote, { now, readAt, outdated: outdated.value })),
    truth: computed(() => {
      const time = (at: number) => timeText(at, shownAt.value);
      const isKnown = quote.asOf.value !== 0;
      return {
        printed: isKnown ? time(quote.asOf.value) : undefined,
        read: isKnown && readAt.value ? time(readAt.value) : undefined,
        shown: time(shownAt.value),
        source: source.value,
        state: !isKnown
          ? "no price yet"
          : live.status.value.kind === "limit"
          ? "paused: open in too many places"
          : outdated.value
          ? `not fresh: this page gets no new prices since ${time(shownAt.value)}`
          : quote.stale.value
          ? "not fresh: the source does not answer"
          : quote.session.value === "closed"
          ? "the market is closed"
          : "fresh",
      };
    }),
    start() {
      let cancelUpdate = () => {};
      function updateNow(): void {
        now.value = clock.now() - clockAheadMs;
        cancelUpdate = clock.after(1000, updateNow);
      }
      updateNow();
      live.connect();
      return () => {
        cancelUpdate();
        live.stop();
      };
    },
  };
}

/** Uses no browser API before start(), so that the server can render the island. */
function browserPorts(): StockPorts {
  return {
    clock: browserClock,
    random: Math.random,
    openSocket: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`),
    refresh: browserApi().refresh,
    onSignedOut: () => location.reload(),
  };
}
