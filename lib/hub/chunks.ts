// Owns how a long loop gives way, so that pings are answered and requests served while thousands of sockets are written to.

import type { Clock } from "../clock.ts";

/** About 10 ms of socket writes. */
export const chunkSize = 1_000;

/** Visits all items; up to a chunk of them within the call, without a pause. */
export async function visitInChunks<Item>(
  items: Iterable<Item>,
  { clock, visit }: { clock: Clock; visit: (item: Item) => void },
): Promise<void> {
  let visited = 0;
  for (const item of items) {
    if (visited > 0 && visited % chunkSize === 0) await clock.sleep(0);
    visit(item);
    visited++;
  }
}
