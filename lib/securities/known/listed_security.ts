// Owns what is known of a security when the file and a source's list both tell of it: the file has the better names.

import { marketOf } from "./market_of.ts";
import type { CatalogEntry, Security } from "../securities.ts";

/** Without a security of the file, all is as the list says. The list knows kind and currency better. */
export function listedSecurity(entry: CatalogEntry, inFile: Security | undefined): Security {
  const kind = entry.kind ?? inFile?.kind;
  const currency = entry.currency ?? inFile?.currency;
  const facts = {
    ticker: entry.ticker,
    name: inFile?.name ?? entry.name,
    exchange: inFile?.exchange ?? entry.exchange ?? "",
    ...(kind && { kind }),
    ...(currency && { currency }),
  };
  return { ...facts, market: marketOf(facts) };
}

export function isSameSecurity(a: Security, b: Security): boolean {
  return a.ticker === b.ticker && a.name === b.name && a.exchange === b.exchange &&
    a.kind === b.kind && a.currency === b.currency && a.market === b.market;
}
