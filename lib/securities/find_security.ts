// Owns finding a security by the text that a user wrote. Throws `unknown_ticker` if there is none.

import { Problem } from "../errors.ts";
import { parseTicker, type Ticker } from "../quote.ts";
import type { Securities, Security } from "./securities.ts";

export function findSecurity(securities: Pick<Securities, "find">, text: string): Security {
  const ticker = parseTicker(text);
  const security = ticker && securities.find(ticker);
  if (!security) throw new Problem("unknown_ticker", { detail: unknownTickerText(text) });
  return security;
}

/** The security, if the present source can price it: only such a security may be added to a list. */
export function findAddable(
  securities: Pick<Securities, "find" | "isPriceable">,
  text: string,
): Security {
  const security = findSecurity(securities, text);
  if (securities.isPriceable(security.ticker)) return security;
  throw new Problem("unknown_ticker", { detail: unknownTickerText(text) });
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
