// Owns when each market trades: US shares, crypto, currencies, other exchanges. Pure; knows no source.

import type { Market, Session } from "../quote.ts";
import { type Calendar, calendar } from "./calendar.ts";
import { dayMs, localDay, timeOf } from "./new_york.ts";

/** `tradingMs` is asked for a week at most. */
export type Hours = Omit<Calendar, "dayAt">;

const weekDays = 7;
/** 1 January 1970, day 0, was a Thursday: day 3 was a Sunday. */
const someSunday = 3;
/** In New York, on Sunday and on Friday. */
const currenciesHour = 17;

/** Open from one time of the week to another. `timesOf` returns both for the week that begins with this day, a Sunday. */
function weekly(
  dayAt: (now: number) => number,
  timesOf: (sunday: number) => { readonly opens: number; readonly closes: number },
): Hours {
  /** This week and its neighbours, in order: a time of the present week may be past. */
  function weeksAround(now: number) {
    const day = dayAt(now);
    const sunday = day - (day - someSunday + weekDays) % weekDays;
    return [-weekDays, 0, weekDays].map((offset) => timesOf(sunday + offset));
  }

  function sessionAt(now: number): Session {
    const isOpen = weeksAround(now).some(({ opens, closes }) => opens <= now && now < closes);
    return isOpen ? "open" : "closed";
  }

  return {
    sessionAt,
    nextChange: (now) =>
      weeksAround(now).flatMap(({ opens, closes }) => [opens, closes]).find((at) => at > now) ??
        Infinity,
    lastClose: (now) =>
      weeksAround(now).map(({ closes }) => closes).findLast((at) => at <= now) ?? -Infinity,
    tradingMs: (from, until) =>
      weeksAround(from).reduce(
        (total, { opens, closes }) =>
          total + Math.max(0, Math.min(closes, until) - Math.max(opens, from)),
        0,
      ),
  };
}

const crypto: Hours = {
  sessionAt: () => "open",
  nextChange: () => Infinity,
  lastClose: () => -Infinity,
  tradingMs: (from, until) => until - from,
};

const currencies = weekly(localDay, (sunday) => ({
  opens: timeOf(sunday, currenciesHour),
  closes: timeOf(sunday + 5, currenciesHour),
}));

/** From Monday in Tokyo to Friday in New York. Within it, the provider says which exchange is open. */
const otherExchanges = weekly((now) => Math.floor(now / dayMs), (sunday) => ({
  opens: (sunday + 1) * dayMs,
  closes: (sunday + 6) * dayMs,
}));

const hours: Readonly<Record<Market, Hours>> = {
  us: calendar,
  crypto,
  fx: currencies,
  other: otherExchanges,
};

const markets = Object.keys(hours) as readonly Market[];

export function hoursOf(market: Market): Hours {
  return hours[market];
}

/** Each market at one time, worked out once, for loops over thousands of tickers. */
export interface MarketsAt {
  sessionOf(market: Market): Session;
  /** Undefined while the market is not closed. */
  closedSince(market: Market): number | undefined;
  /** True if a market is closed. */
  readonly isAnyClosed: boolean;
}

export function marketsAt(now: number): MarketsAt {
  const sessions = new Map(
    markets.map((market) => [market, hoursOf(market).sessionAt(now)] as const),
  );
  const closed = new Map(
    markets.filter((market) => sessions.get(market) === "closed")
      .map((market) => [market, hoursOf(market).lastClose(now)]),
  );
  return {
    sessionOf: (market) => sessions.get(market)!,
    closedSince: (market) => closed.get(market),
    isAnyClosed: closed.size > 0,
  };
}

/** How long at least one of these markets trades between two times, a week at most. The longest one stands for all. */
export function tradingMsOf(traded: Iterable<Market>, from: number, until: number): number {
  return Math.max(0, ...Array.from(traded, (market) => hoursOf(market).tradingMs(from, until)));
}
