// Owns the hours of US shares: sessions, holidays, early closes, in New York time. Pure; knows no source.

import { getHolidays } from "nyse-holidays";
import type { Session } from "../quote.ts";
import { dayMs, localDay, timeOf } from "./new_york.ts";

/** The hours by which a source without a calendar of its own is polled. */
export interface Calendar {
  sessionAt(now: number): Session;
  /** When the session changes next. */
  nextChange(now: number): number;
  /** When the market last closed, after its post-market session. During trading: the close before. */
  lastClose(now: number): number;
  /** How long the market trades between two times, including pre-market and post-market. */
  tradingMs(from: number, until: number): number;
  /** From midnight to midnight in New York. */
  dayAt(now: number): { readonly from: number; readonly until: number };
}

export const calendar: Calendar = { sessionAt, nextChange, lastClose, tradingMs, dayAt };

/** Unix ms at which each session of a trading day begins. */
interface TradingDay {
  readonly pre: number;
  readonly open: number;
  readonly post: number;
  readonly closed: number;
}

const usualHours = { pre: 4, open: 9.5, post: 16, closed: 20 };
const earlyCloseHours = { ...usualHours, post: 13, closed: 17 };

/** Closings that follow no rule: days of mourning for presidents. */
const mourningDays = ["2018-12-05", "2025-01-09"];

function sessionAt(now: number): Session {
  const day = tradingDay(localDay(now));
  if (!day || now < day.pre || now >= day.closed) return "closed";
  if (now < day.open) return "pre";
  return now < day.post ? "open" : "post";
}

function nextChange(now: number): number {
  for (let day = localDay(now);; day++) {
    const begins = Object.values(tradingDay(day) ?? {}).find((at) => at > now);
    if (begins !== undefined) return begins;
  }
}

function lastClose(now: number): number {
  for (let day = localDay(now);; day--) {
    const closed = tradingDay(day)?.closed;
    if (closed !== undefined && closed <= now) return closed;
  }
}

/** The regular session of the present trading day, or of the last one before its pre-market begins; and the close before it. */
export function regularHours(now: number): { open: number; close: number; previousClose: number } {
  const today = lastTradingDay(localDay(now), ({ pre }) => pre <= now);
  const before = lastTradingDay(localDay(now), ({ post }) => post < today.open);
  return { open: today.open, close: today.post, previousClose: before.post };
}

function lastTradingDay(from: number, isIt: (day: TradingDay) => boolean): TradingDay {
  for (let day = from;; day--) {
    const found = tradingDay(day);
    if (found && isIt(found)) return found;
  }
}

function tradingMs(from: number, until: number): number {
  let total = 0;
  for (let day = localDay(from); day <= localDay(until); day++) {
    const { pre, closed } = tradingDay(day) ?? { pre: 0, closed: 0 };
    total += Math.max(0, Math.min(closed, until) - Math.max(pre, from));
  }
  return total;
}

function dayAt(now: number) {
  const day = localDay(now);
  return { from: timeOf(day, 0), until: timeOf(day + 1, 0) };
}

function tradingDay(day: number): TradingDay | undefined {
  const date = new Date(day * dayMs);
  const weekday = date.getUTCDay();
  if (weekday === 0 || weekday === 6) return undefined;
  const text = date.toISOString().slice(0, 10);
  const isHoliday = mourningDays.includes(text) ||
    getHolidays(date.getUTCFullYear()).some(({ dateString }) => dateString === text);
  if (isHoliday) return undefined;
  const hours = closesEarly(text, weekday) ? earlyCloseHours : usualHours;
  return {
    pre: timeOf(day, hours.pre),
    open: timeOf(day, hours.open),
    post: timeOf(day, hours.post),
    closed: timeOf(day, hours.closed),
  };
}

/** On trading days before Independence Day and Christmas, and on the Friday after Thanksgiving. */
function closesEarly(text: string, weekday: number): boolean {
  const date = text.slice(5);
  const isDayAfterThanksgiving = weekday === 5 && date >= "11-23" && date <= "11-29";
  return date === "07-03" || date === "12-24" || isDayAfterThanksgiving;
}
