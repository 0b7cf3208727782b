// Owns the address of a stock's page.

/** `list`: the id of the list whose previous and next stock the page links to. */
export function stockPath(ticker: string, { list }: { list?: string | undefined } = {}): string {
  const path = `/stocks/${encodeURIComponent(ticker)}`;
  return list === undefined ? path : `${path}?list=${encodeURIComponent(list)}`;
}
