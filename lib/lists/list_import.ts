// Owns importing a file into a list, with a report on each place where a ticker was expected. lib/interchange owns the formats.

import { Problem } from "../errors.ts";
import type { ListFormat } from "../interchange/list_format.ts";
import { readList, type ReportLine } from "../interchange/read_list.ts";
import type { Ticker } from "../quote.ts";
import { readSymbol } from "../securities/find_security.ts";
import type { Securities } from "../securities/securities.ts";
import type { ListChange } from "../store/store.ts";
import { listTickersMax, type Watchlist } from "../watchlist.ts";
import type { ListChanges } from "./list_changes.ts";

export const importOutcomes = [
  "added",
  "present",
  "unknown_ticker",
  "invalid",
  "list_full",
] as const;

export type ImportOutcome = typeof importOutcomes[number];

export interface ImportReport {
  /** The number of tickers that are new on the list. */
  readonly added: number;
  readonly report: {
    line: number;
    text: string;
    ticker: string | null;
    outcome: ImportOutcome;
    /** For a former ticker: what it is today, or why it has no successor. */
    note?: string;
  }[];
  /** The number of lines that the report would have beyond its bound. */
  readonly leftOff: number;
}

/** Makes one change of the store. Importing the same text again changes nothing. */
export async function importList(
  text: string,
  { change, format, lists, securities }: {
    change: ListChange;
    format?: ListFormat | undefined;
    lists: Pick<ListChanges, "addAll">;
    securities: Pick<Securities, "isPriceable">;
  },
): Promise<ImportReport & { readonly list: Watchlist }> {
  const { tickers, report, leftOff } = readList(text, {
    resolve: (symbol) => readSymbol(symbol, securities.isPriceable),
    format: format ?? "auto",
    // With this number of tickers the list is full, so further ones could not be added.
    tickersMax: listTickersMax,
  });
  const [first] = report;
  if (first?.outcome === "too_large") throw new Problem("body_too_large");
  if (first?.outcome === "not_text") {
    throw new Problem("bad_request", {
      detail: "That is not a text file. Save it as text or CSV first.",
    });
  }
  const { list, added } = await lists.addAll({ ...change, tickers });
  const unreported = new Set(added);
  const lines = report.map((line) => ({
    line: line.line,
    text: line.text,
    ticker: line.ticker ?? null,
    outcome: outcomeOf(line, { list, unreported }),
    ...noteOf(line),
  }));
  return { list, added: added.length, report: lines, leftOff };
}

function noteOf({ ticker, formerTicker, detail }: ReportLine): { note?: string } {
  const note = formerTicker ? `${formerTicker} is ${ticker} today.` : detail;
  return note === undefined ? {} : { note };
}

/** The first line with a new ticker is reported as "added", further lines with it as "present". */
function outcomeOf(
  { ticker, outcome }: Pick<ReportLine, "outcome" | "ticker">,
  { list, unreported }: { list: Watchlist; unreported: Set<Ticker> },
): ImportOutcome {
  if (!ticker) return outcome === "not_a_ticker" ? "invalid" : "unknown_ticker";
  if (unreported.delete(ticker)) return "added";
  return list.tickers.includes(ticker) ? "present" : "list_full";
}
