// Owns the newest quote of each ticker as signals, and the rule that an older quote never replaces it. Knows no socket and no DOM.

import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type BriefQuote,
  type FullQuote,
  readQuote,
  type SnapshotMessage,
  type TickMessage,
} from "../../lib/protocol.ts";
import { compareVersions, type Price, type Session, type Version } from "../../lib/quote.ts";
import { ageText, type Direction, noQuoteText, quoteText } from "./quote_text.ts";

/** The fields of a row. Each is a signal, so that a tick changes only the texts that differ. */
export interface QuoteCell {
  readonly price: ReadonlySignal<string>;
  readonly change: ReadonlySignal<string>;
  readonly percent: ReadonlySignal<string>;
  readonly direction: ReadonlySignal<Direction>;
  /** "up0", "up1", "down0", "down1" or "". The digit alternates, so that each move of the price restarts the animation. */
  readonly flash: ReadonlySignal<string>;
  readonly session: ReadonlySignal<Session>;
  /** As the server reports it: two cadences have passed since the price was last read. */
  readonly stale: ReadonlySignal<boolean>;
  /** Time of the price at its source, the server's Unix ms; 0 without a price. */
  readonly asOf: ReadonlySignal<number>;
}

export interface QuoteStore {
  /** Created on first use; empty until a quote arrives. */
  cell(ticker: string): QuoteCell;
  /** When prices were last read, in the server's Unix ms. A tick leaves out a ticker whose price was read again and did not change. */
  readonly readAt: ReadonlySignal<number>;
  apply(message: SnapshotMessage | TickMessage): void;
  /** Removes all other tickers. This bounds the store. */
  retain(tickers: readonly string[]): void;
}

export interface FirstQuotes extends Version {
  readonly at: number;
  readonly quotes: readonly FullQuote[];
}

interface KnownQuote extends Version {
  readonly price: Price;
  readonly previousClose: Price | 0;
  readonly source: string;
  readonly asOf: number;
}

interface Cell {
  known: KnownQuote | undefined;
  readonly price: Signal<string>;
  readonly change: Signal<string>;
  readonly percent: Signal<string>;
  readonly direction: Signal<Direction>;
  readonly flash: Signal<string>;
  readonly session: Signal<Session>;
  readonly stale: Signal<boolean>;
  readonly asOf: Signal<number>;
}

export function createQuoteStore(first: FirstQuotes): QuoteStore {
  const cells = new Map<string, Cell>();
  const readAt = signal(first.at);

  function cell(ticker: string): Cell {
    let found = cells.get(ticker);
    if (!found) cells.set(ticker, found = emptyCell());
    return found;
  }

  function applyAll(
    quotes: readonly (FullQuote | BriefQuote)[],
    message: Version & { readonly at: number },
  ): void {
    for (const quote of quotes) applyQuote(cell(quote[0]), quote, message);
  }

  applyAll(first.quotes, first);
  return {
    cell,
    readAt,
    apply(message) {
      batch(() => {
        applyAll(message.quotes, message);
        if (message.type === "tick" && message.at > readAt.peek()) readAt.value = message.at;
      });
    },
    retain(tickers) {
      const kept = new Set(tickers);
      for (const ticker of cells.keys()) if (!kept.has(ticker)) cells.delete(ticker);
    },
  };
}

/** The text beside a price. `now` and `readAt` are read only for a price that is not fresh. `outdated`: no fresh prices arrive. */
export function ageOf(
  { asOf, session, stale }: QuoteCell,
  { now, readAt, outdated }: {
    readonly now: ReadonlySignal<number>;
    readonly readAt: ReadonlySignal<number>;
    readonly outdated: boolean;
  },
): string {
  if (asOf.value === 0) return "no price yet";
  const isOld = stale.value || outdated;
  const isClosed = session.value === "closed";
  const state = { session: session.value, outdated: isOld };
  if (!isOld && !isClosed) return ageText(0, state);
  // The last tick confirmed every price that is not stale, also one that did not change.
  const confirmedAt = stale.value || isClosed ? asOf.value : Math.max(asOf.value, readAt.value);
  return ageText(now.value - confirmedAt, state);
}

function emptyCell(): Cell {
  return {
    known: undefined,
    price: signal(noQuoteText.price),
    change: signal(""),
    percent: signal(""),
    direction: signal<Direction>("none"),
    flash: signal(""),
    session: signal<Session>("open"),
    stale: signal(false),
    asOf: signal(0),
  };
}

function applyQuote(
  cell: Cell,
  quote: FullQuote | BriefQuote,
  message: Version & { readonly at: number },
): void {
  const { known } = cell;
  const read = readQuote(quote);
  const { price, ageMs } = read;
  const full = "session" in read ? read : undefined;
  const next: KnownQuote = {
    epoch: message.epoch,
    seq: message.seq,
    price,
    previousClose: full?.previousClose ?? known?.previousClose ?? 0,
    source: full?.source ?? known?.source ?? "",
    asOf: message.at - ageMs,
  };
  if (known && !isNewer(next, known, cell.stale.peek())) return;
  cell.known = next;
  const text = quoteText(next.price, next.previousClose);
  cell.price.value = text.price;
  cell.change.value = text.change;
  cell.percent.value = text.percent;
  cell.direction.value = text.direction;
  cell.asOf.value = next.asOf;
  if (full) {
    cell.session.value = full.session;
    cell.stale.value = full.isStale;
  }
  if (known && known.price !== next.price) {
    const turn = cell.flash.peek().endsWith("0") ? "1" : "0";
    cell.flash.value = (next.price > known.price ? "up" : "down") + turn;
  }
}

/** Compares the times at the source. A different source replaces a stale price in any case, because its clock may be behind. */
function isNewer(next: KnownQuote, known: KnownQuote, isStale: boolean): boolean {
  if (isStale && next.source !== known.source) return true;
  return (next.asOf - known.asOf || compareVersions(next, known)) >= 0;
}
