// Owns the texts of a price, its change and its age. The server renders with these functions, the browser updates with them.

import { formatPrice, type Price, type Session } from "../../lib/quote.ts";

export type Direction = "up" | "down" | "flat" | "none";

export interface QuoteText {
  readonly price: string;
  readonly change: string;
  readonly percent: string;
  readonly direction: Direction;
}

export const noQuoteText: QuoteText = { price: "–", change: "", percent: "", direction: "none" };

/** Change and percent are relative to the previous close. They are empty if it is unknown (0). */
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

/** Two to four decimals, as in the text of a price. A difference may be zero, therefore its type is not Price. */
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

/** The text beside a price: empty while the price is fresh and the market is open, otherwise its age or the session. */
export function ageText(
  ageMs: number,
  { session, outdated }: { session: Session; outdated: boolean },
): string {
  if (session === "closed") return `closed, ${agoText(ageMs)}`;
  if (outdated) return agoText(ageMs);
  return session === "pre" ? "pre-market" : session === "post" ? "after hours" : "";
}
