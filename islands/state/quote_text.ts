// Owns how a price, its change and its age read. Pure: the server renders with it, the browser updates with it.

import { formatPrice, type Price, type Session } from "../../lib/quote.ts";

export type Direction = "up" | "down" | "flat" | "none";

export interface QuoteText {
  readonly price: string;
  readonly change: string;
  readonly percent: string;
  readonly direction: Direction;
}

export const noQuoteText: QuoteText = { price: "–", change: "", percent: "", direction: "none" };

/** Change and percent are against the previous close; without one they stay empty. */
export function quoteText(price: Price, previousClose: Price | 0): QuoteText {
  if (previousClose === 0) return { ...noQuoteText, price: formatPrice(price) };
  const change = price - previousClose;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "";
  const percent = Math.abs(change / previousClose * 100).toFixed(2);
  return {
    price: formatPrice(price),
    change: sign + decimalText(Math.abs(change)),
    percent: `${sign}${percent}%`,
    direction: change > 0 ? "up" : change < 0 ? "down" : "flat",
  };
}

/** Like a price's text, two to four decimals; a difference may be zero, so it is no Price. */
function decimalText(tenThousandths: number): string {
  return (tenThousandths / 10_000).toFixed(4).replace(/0{1,2}$/, "");
}

export function agoText(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}

/** What stands beside a price: nothing while it is fresh and the market open, else its age or session. */
export function ageText(
  ageMs: number,
  { session, outdated }: { session: Session; outdated: boolean },
): string {
  if (session === "closed") return `closed, ${agoText(ageMs)}`;
  if (outdated) return agoText(ageMs);
  return session === "pre" ? "pre-market" : session === "post" ? "after hours" : "";
}
