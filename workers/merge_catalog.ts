// Owns what a source's complete list makes of the catalog: what can be priced, and what can no longer. Calls nothing.

import type { Ticker } from "../lib/quote.ts";
import { catalogMax } from "../lib/securities/securities.ts";
import type { ListedSecurity } from "../lib/sources/source.ts";
import type { CatalogEntry } from "../lib/store/store.ts";

/**
 * A security that is no longer listed keeps its name for the lists it is on. Beyond this count, or without room in the
 * catalog, the oldest are dropped.
 */
const unlistedMax = 50_000;

/** Listed securities can be priced; those no longer listed are kept as not priceable. Undefined if nothing changes. */
export function mergeCatalog(
  former: readonly CatalogEntry[],
  { listed, source }: { listed: readonly ListedSecurity[]; source: string },
): CatalogEntry[] | undefined {
  const formerNames = new Map(former.map(({ ticker, name }) => [ticker, name]));
  const own = new Map<Ticker, CatalogEntry>(
    listed.map((security) => {
      const { ticker } = security;
      // A list without names does not take away the name that another list gave.
      const name = security.name === ticker ? formerNames.get(ticker) ?? ticker : security.name;
      return [ticker, { ...security, name, priceable: true, source }];
    }),
  );
  const unlistedCount = former.filter(({ ticker }) => !own.has(ticker)).length;
  let dropped = unlistedCount - Math.min(unlistedMax, catalogMax - own.size);
  const merged = [
    ...former.flatMap((entry) => {
      const present = own.get(entry.ticker);
      if (present) return [present];
      return dropped-- > 0 ? [] : [{ ...entry, priceable: false }];
    }),
    ...[...own.values()].filter(({ ticker }) => !formerNames.has(ticker)),
  ];
  const isSame = merged.length === former.length &&
    merged.every((entry, at) => isSameEntry(entry, former[at]!));
  return isSame ? undefined : merged;
}

/** The present list of one source, as the store has it. */
export function listedBy(catalog: readonly CatalogEntry[], source: string): CatalogEntry[] {
  return catalog.filter((entry) => entry.priceable && entry.source === source);
}

const members = [
  "ticker",
  "name",
  "priceable",
  "exchange",
  "kind",
  "currency",
  "symbol",
  "source",
] as const satisfies readonly (keyof CatalogEntry)[];

function isSameEntry(a: CatalogEntry, b: CatalogEntry): boolean {
  return members.every((member) => a[member] === b[member]);
}
