// Owns reading universe.json, the file of known securities, the most watched first. Does not know which can be priced.

import { parseTicker } from "../quote.ts";
import { exchangeNames } from "./exchanges.ts";
import type { Listing } from "./search/index.ts";
import file from "./universe.json" with { type: "json" };

export interface Universe {
  /** A day on which all these securities were listed, such as "2026-08-22". */
  readonly asOf: string;
  readonly listings: readonly Listing[];
}

/** Throws for an invalid row, because the file is part of the program. Each row is [ticker, name, exchange, aliases?]. */
export function readUniverse(): Universe {
  return { asOf: file.asOf, listings: file.securities.map(readRow) };
}

function readRow(row: readonly unknown[]): Listing {
  const [text, name, exchange, aliases = []] = row;
  const ticker = parseTicker(text);
  const isRead = ticker !== undefined && typeof name === "string" && name !== "" &&
    typeof exchange === "string" && exchangeNames.includes(exchange) && isTexts(aliases);
  if (!isRead) {
    throw new Error(`universe.json has an invalid row: ${JSON.stringify(row)}`);
  }
  const isFund = exchange === "NYSE Arca" || /\b(ETF|ETN|Fund|QQQ)\b/.test(name);
  const kind = isFund ? "fund" : "share";
  return { security: { ticker, name, exchange, kind, currency: "USD", market: "us" }, aliases };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
