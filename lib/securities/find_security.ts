// Owns finding the security that a text of a user or a file means, in every usual spelling of a ticker.

import { Problem } from "../errors.ts";
import { parseTicker, type Ticker } from "../quote.ts";
import type { Securities, Security } from "./securities.ts";

/** Throws the Problem `unknown_ticker` if no security is found. */
export function findSecurity(securities: Pick<Securities, "find">, text: string): Security {
  for (const ticker of spellingsOf(text)) {
    const security = securities.find(ticker);
    if (security) return security;
  }
  throw new Problem("unknown_ticker", { detail: unknownTickerText(text) });
}

/** Finds only securities that the present source can price: only those may be added to a list. Throws as above. */
export function findAddable(
  securities: Pick<Securities, "find" | "isPriceable">,
  text: string,
): Security {
  const ticker = priceableTicker(securities, text);
  const security = ticker && securities.find(ticker);
  if (security) return security;
  throw new Problem("unknown_ticker", { detail: unknownTickerText(text) });
}

/** Returns the first ticker among the spellings that can be priced. */
export function priceableTicker(
  securities: Pick<Securities, "isPriceable">,
  text: string,
): Ticker | undefined {
  return spellingsOf(text).find(securities.isPriceable);
}

const textLengthMax = 64;

/**
 * The tickers that a text may mean. The text as written comes first. A class of shares may be written BRK.B, BRK-B, BRK/B,
 * "BRK B" or BRKB, and a dollar sign may stand before a ticker.
 */
function spellingsOf(text: string): Ticker[] {
  const plain = text.slice(0, textLengthMax).normalize("NFKC").trim().replace(/^\$/, "");
  const dotted = plain.replace(/[-/ ]/g, ".");
  const withClass = plain.replace(/^([a-z]{2,4})([ab])$/i, "$1.$2");
  return [...new Set([plain, dotted, withClass])].flatMap((each) => parseTicker(each) ?? []);
}

/** Returns the ticker itself if no name is known. */
export function nameOf(securities: Pick<Securities, "find">, ticker: Ticker): string {
  return securities.find(ticker)?.name ?? ticker;
}

const quotedLengthMax = 32;

function unknownTickerText(text: string): string {
  return `No security with the ticker ${
    JSON.stringify(text.slice(0, quotedLengthMax))
  } is known here.`;
}
