// Owns reading world.json: some indices, crypto, currencies and shares elsewhere, for sources without a list of their own.

import { parseTicker, type SecurityKind } from "../../quote.ts";
import type { Listing } from "../search/index.ts";
import { marketOf } from "./market_of.ts";
import file from "./world.json" with { type: "json" };

const kinds: ReadonlySet<unknown> = new Set<SecurityKind>(["share", "index", "crypto", "currency"]);

/** Throws for an invalid row, because the file is part of the program. Each row is [ticker, name, exchange, kind, currency, aliases?]. */
export function readWorld(): readonly Listing[] {
  return file.securities.map(readRow);
}

function readRow(row: readonly unknown[]): Listing {
  const [text, name, exchange, kind, currency, aliases = []] = row;
  const ticker = parseTicker(text);
  const isRead = ticker !== undefined && isText(name) && isText(exchange) && isKind(kind) &&
    isText(currency) && Array.isArray(aliases) && aliases.every(isText);
  if (!isRead) throw new Error(`world.json has an invalid row: ${JSON.stringify(row)}`);
  const facts = { ticker, name, exchange, kind, currency };
  return { security: { ...facts, market: marketOf(facts) }, aliases };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isKind(value: unknown): value is SecurityKind {
  return kinds.has(value);
}
