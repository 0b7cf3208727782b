// Owns when each market trades: US shares, crypto, currencies, other exchanges. Pure; knows no source.

import type { Session } from "../quote.ts";
import { type Calendar, calendar } from "./calendar.ts";
import { dayMs, localDay, timeOf } from "./new_york.ts";

/** A security belongs to the market whose hours hold for it. */
export type Market = "us" | "crypto" | "fx" | "other";

export type Hours = Pick<Calendar, "sessionAt" | "nextChange" | "lastClose">;

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

  return {
    sessionAt: (now): Session =>
      weeksAround(now).some(({ opens, closes }) => opens <= now && now < closes)
        ? "open"
        : "closed",
    nextChange: (now) =>
      weeksAround(now).flatMap(({ opens, closes }) => [opens, closes]).find((at) => at > now) ??
        Infinity,
    lastClose: (now) =>
      weeksAround(now).map(({ closes }) => closes).findLast((at) => at <= now) ?? -Infinity,
  };
}

const crypto: Hours = {
  sessionAt: () => "open",
  nextChange: () => Infinity,
  lastClose: () => -Infinity,
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

export function hoursOf(market: Market): Hours {
  return hours[market];
}
