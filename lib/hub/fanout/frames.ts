// Owns the texts of quote frames, always from the bus's mirror and under its version. Sends nothing.

import type { Bus, Snapshot } from "../../bus/bus.ts";
import {
  type DayMessage,
  fullQuote,
  quoteDay,
  type SnapshotMessage,
  type TickMessage,
} from "../../protocol.ts";
import type { Ticker, Version } from "../../quote.ts";
import type { QuoteSlot } from "./quote_slot.ts";

/** A frame of its own for one socket. */
export interface Frame {
  readonly version: Version;
  readonly text: string;
}

/** The part of a flush that all frames share; each socket's frame ends with its slots' fragments. */
export interface Flush {
  readonly version: Version;
  /** A mark goes to every socket with a ticker; newcomers go only to sockets that watch one of them. */
  readonly kind: "mark" | "newcomers";
  readonly head: string;
  /** Of the day message, for sockets that asked for it; undefined if no ticker has one in this flush. */
  readonly dayHead: string | undefined;
}

/** Facts of the day change slowly. More often they would cost more than the prices. */
export const dayEveryMs = 60_000;

export const frameTail = "]}";

export type Frames = ReturnType<typeof createFrames>;

export interface Slots {
  slot(ticker: Ticker): QuoteSlot | undefined;
  slots(): Iterable<QuoteSlot>;
  tickers(): Iterable<Ticker>;
}

export function createFrames({ bus, slots }: { bus: Pick<Bus, "latest">; slots: Slots }) {
  let daySentAt = -Infinity;

  function withQuotes(head: string, latest: Snapshot): Frame {
    for (const quote of latest.quotes) slots.slot(quote.ticker)?.noteSnapshot(quote.stale);
    const quotes = latest.quotes.map((quote) => JSON.stringify(fullQuote(quote, latest.at)));
    return { version: versionOf(latest), text: head + quotes.join(",") + frameTail };
  }

  return {
    snapshot(tickers: Iterable<Ticker>): Frame {
      const latest = bus.latest(tickers);
      return withQuotes(snapshotHead(latest), latest);
    },

    /** A tick that names all tickers in full, for a socket that missed some. */
    wholeTick(tickers: Iterable<Ticker>): Frame {
      const latest = bus.latest(tickers);
      return withQuotes(tickHead(latest), latest);
    },

    /** The facts of the day of these tickers; undefined if none has any. */
    day(tickers: Iterable<Ticker>): string | undefined {
      const { at, quotes } = bus.latest(tickers);
      const told = quotes.filter(({ day }) => day);
      for (const quote of told) slots.slot(quote.ticker)?.noteDay(quote);
      if (told.length === 0) return undefined;
      return dayHead(at) + told.map((quote) => JSON.stringify(quoteDay(quote))).join(",") +
        frameTail;
    },

    /** Fills the fragments of the slots. Each quote is encoded once, for any number of sockets. */
    encode(kind: Flush["kind"]): Flush {
      const isMark = kind === "mark";
      const latest = bus.latest(isMark ? slots.tickers() : readTickers());
      // The clock of another leader may be behind.
      const isDayDue = !isMark || Math.abs(latest.at - daySentAt) >= dayEveryMs;
      if (isMark && isDayDue) daySentAt = latest.at;
      let hasDay = false;
      for (const slot of slots.slots()) slot.fragment = slot.dayFragment = "";
      for (const quote of latest.quotes) {
        const slot = slots.slot(quote.ticker);
        if (isMark) slot?.encodeChange(quote, latest.at);
        else slot?.encodeFull(quote, latest.at);
        if (!isDayDue || !slot) continue;
        slot.encodeDay(quote, { isWhole: !isMark });
        hasDay ||= slot.dayFragment !== "";
      }
      const head = isMark ? tickHead(latest) : snapshotHead(latest);
      return {
        kind,
        head,
        version: versionOf(latest),
        dayHead: hasDay ? dayHead(latest.at) : undefined,
      };
    },
  };

  function* readTickers() {
    for (const slot of slots.slots()) if (slot.isRead) yield slot.ticker;
  }
}

/** A socket keeps its version for long, so this object must not keep the quotes or a text alive. */
function versionOf({ epoch, seq }: Version): Version {
  return { epoch, seq };
}

function tickHead({ epoch, seq, at, tickMs, nextAt }: Snapshot): string {
  return openEnded({ type: "tick", epoch, seq, at, tickMs, nextAt, quotes: [] });
}

function snapshotHead({ epoch, seq, at, tickMs }: Snapshot): string {
  return openEnded({ type: "snapshot", epoch, seq, at, tickMs, quotes: [] });
}

function dayHead(at: number): string {
  return openEnded({ type: "day", at, days: [] });
}

/** The message up to its quotes or days, which are its last member. */
function openEnded(message: TickMessage | SnapshotMessage | DayMessage): string {
  return JSON.stringify(message).slice(0, -frameTail.length);
}
