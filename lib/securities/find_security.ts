// Owns finding a security by the text that a user or a file wrote, in every usual spelling. Throws `unknown_ticker` if
// there is none.

import { Problem } from "../errors.ts";
import { parseTicker, type Ticker } from "../quote.ts";
import type { Securities, Security } from "./securities.ts";

export function findSecurity(securities: Pick<Securities, "find">, text: string): Security {
  for (const ticker of spellingsOf(text)) {
    const security = securities.find(ticker);
    if (security) return security;
  }
  throw new Problem("unknown_ticker", { detail: unknownTickerText(text) });
}

/** The security, if the present source can price it: only such a security may be added to a list. */
export function findAddable(
  securities: Pick<Securities, "find" | "isPriceable">,
  text: string,
): Security {
  const ticker = priceableTicker(securities, text);
  const security = ticker && securities.find(ticker);
  if (security) return security;
  throw new Problem("unknown_ticker", { detail: unknownTickerText(text) });
}

/** The first spelling that can be priced. */
export function priceableTicker(
  securities: Pick<Securities, "isPriceable">,
  text: string,
): Ticker | undefined {
  return spellingsOf(text).find(securities.isPriceable);
}

const textLengthMax = 64;

/**
 * The tickers that a text may mean, the literal one first. A class of shares is spelled BRK.B, BRK-B, BRK/B, "BRK B" or
 * BRKB, and some put a dollar sign before a ticker.
 */
function spellingsOf(text: string): Ticker[] {
  const plain = text.slice(0, textLengthMax).normalize("NFKC").trim().replace(/^\$/, "");
  const dotted = plain.replace(/[-/ ]/g, ".");
  const parted = plain.replace(/^([a-z]{2,4})([ab])$/i, "$1.$2");
  return [...new Set([plain, dotted, parted])].flatMap((spelling) => parseTicker(spelling) ?? []);
}

/** The ticker itself, if no name is known. */
export function nameOf(securities: Pick<Securities, "find">, ticker: Ticker): string {
  return securities.find(ticker)?.name ?? ticker;
}

const quotedLengthMax = 32;

function unknownTickerText(text: string): string {
  return `No security with the ticker ${
    JSON.stringify(text.slice(0, quotedLengthMax))
  } is known here.`;
}
