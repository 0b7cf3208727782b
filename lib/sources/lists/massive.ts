// Owns the list of Massive: the active tickers of the US stock market, a thousand for each call.

import { below, type ListOptions } from "../http/source.ts";
import { preferredSpelling } from "./preferred.ts";
import { listedSecurities, memberOf, rowsIn } from "./rows.ts";

/** BACpL. Other lower-case letters stand for rights and shares that are not issued yet: those have no ticker of ours. */
export const massivePreferred = preferredSpelling("p");

const fundTypes: ReadonlySet<unknown> = new Set(["ETF", "ETN", "ETV", "ETS", "FUND"]);
/** A longer cursor does not fit into an address. */
const cursorLengthMax = 4_000;

export function massiveList(url: URL): ListOptions {
  const first = "v3/reference/tickers?market=stocks&active=true&limit=1000";
  return {
    bodyBytesMax: 8 * 1024 * 1024,
    address: (cursor) =>
      below(
        url,
        cursor === undefined ? first : `v3/reference/tickers?cursor=${encodeURIComponent(cursor)}`,
      ),
    read(value, cursor) {
      const rows = rowsIn(memberOf(value, "results"));
      const nextUrl = memberOf(value, "next_url");
      const next = cursorIn(nextUrl);
      // A next page that cannot be asked for, or that is this page again, would end the list too early.
      const isLost = Boolean(nextUrl) && (next === undefined || next === cursor);
      if (!rows || isLost) return undefined;
      const securities = listedSecurities(
        rows.map(({ ticker, name, primary_exchange, currency_name, type }) => ({
          symbol: ticker,
          name,
          exchange: primary_exchange,
          currency: currency_name,
          kind: fundTypes.has(type) ? "fund" : "share",
        })),
        massivePreferred.tickerText,
      );
      return { securities, ...(next !== undefined && { next }) };
    },
  };
}

/** Only the cursor is taken: the key is never sent to an address that comes with an answer. */
function cursorIn(nextUrl: unknown): string | undefined {
  if (typeof nextUrl !== "string" || !URL.canParse(nextUrl)) return undefined;
  const cursor = new URL(nextUrl).searchParams.get("cursor");
  return cursor && cursor.length <= cursorLengthMax ? cursor : undefined;
}
