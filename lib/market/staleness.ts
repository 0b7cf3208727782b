// Owns the rule that says when a price is stale.

import type { Quote } from "../quote.ts";

/** A price is stale when its market is not closed and two cadences passed since it was last read. */
export function isStale(
  quote: Pick<Quote, "session" | "seenAt">,
  { now, cadenceMs }: { now: number; cadenceMs: number },
): boolean {
  return quote.session !== "closed" && now - quote.seenAt > 2 * cadenceMs;
}
