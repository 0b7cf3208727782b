// Owns the texts of a stock's page: its title, its times, and the sentence that stands for the day's line.

import type { Price } from "../../lib/quote.ts";
import type { DayFact, DayPoints } from "./day_line.ts";
import { formatPrice } from "./shared_parts.ts";

/** "190.10 +1.2 % AAPL"; without a price the ticker alone. The percent is that of `quoteText`. */
export function stockTitle(ticker: string, { price, percent }: {
  readonly price: string;
  readonly percent: string;
}): string {
  const [, sign = "", digits = ""] = /^(\D?)([\d.]+)%$/.exec(percent) ?? [];
  const change = digits && `${sign}${Number(digits).toFixed(1)} %`;
  return [/\d/.test(price) && price, change, ticker].filter(Boolean).join(" ");
}

export interface DayFacts {
  readonly open: DayFact;
  readonly low: DayFact;
  readonly high: DayFact;
  readonly now: DayFact;
}

/** Undefined without points. */
export function dayFacts({ points, low = noFact, high = noFact }: DayPoints): DayFacts | undefined {
  const facts = points.map(([at, price]) => ({ at, price }));
  const [open] = facts;
  const now = facts.at(-1);
  if (!open || !now) return undefined;
  for (const fact of facts) {
    if (low === noFact || fact.price < low.price) low = fact;
    if (high === noFact || fact.price > high.price) high = fact;
  }
  return { open, low, high, now };
}

const noFact: DayFact = { at: 0, price: 0 as Price };

/** "Opened 188.90, low 188.00 at 10:05, high 191.40 at 13:20, now 190.10." */
export function daySentence({ open, low, high, now }: DayFacts): string {
  const at = (fact: DayFact) => `${formatPrice(fact.price)} at ${minuteText(fact.at)}`;
  return `Opened ${formatPrice(open.price)}, low ${at(low)}, high ${at(high)}, ` +
    `now ${formatPrice(now.price)}.`;
}

const timeZone = "America/New_York";
const minutes = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium" });
const days = new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short" });

/** In New York: server and browser write the same text, wherever they are. "13:20" */
export function minuteText(at: number): string {
  return minutes.format(at);
}

/** "14:02:09", with its day before it if that is not the day of `now`: "27 Nov, 16:00:00". */
export function timeText(at: number, now: number): string {
  const [day, today] = [at, now].map((time) => days.format(time));
  return day === today ? seconds.format(at) : `${day}, ${seconds.format(at)}`;
}
