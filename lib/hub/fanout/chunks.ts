// Owns a loop that pauses between chunks, so that pings and requests are served while thousands of sockets are written to.

import type { Clock } from "../../clock.ts";

/** About 10 ms of socket writes. */
export const chunkSize = 1_000;

/** Visits the first chunk within the call. After a pause it goes on with what the iterable contains at that moment. */
export async function visitInChunks<Item>(
  items: Iterable<Item>,
  { clock, visit }: { clock: Clock; visit: (item: Item) => void },
): Promise<void> {
  let visited = 0;
  for (const item of items) {
    visit(item);
    visited++;
    if (visited % chunkSize === 0) await clock.sleep(0);
  }
}
