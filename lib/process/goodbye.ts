// Owns the end of a process whose memory is full: a short goodbye, then exit code 1, so that its supervisor starts it again.

import type { Clock } from "../clock.ts";

/** Time for the goodbye to the sockets and for the lease, while memory may still grow. */
export const goodbyeMs = 300;
const lookMs = 20;
/** Grown by this much since, the process ends without more words: the machine's other processes need their memory. */
const grownBytesMax = 256 * 2 ** 20;

export function endProcess(
  goodbye: (withinMs: number) => Promise<void>,
  { clock, maxBytes }: { clock: Clock; maxBytes: number },
): void {
  const endsAt = clock.now() + goodbyeMs;

  function look() {
    const isGrown = Deno.memoryUsage().rss > maxBytes + grownBytesMax;
    if (isGrown || clock.now() >= endsAt) Deno.exit(1);
    clock.after(lookMs, look);
  }

  // The reason for the end is logged already, and a goodbye that fails must not hide it.
  void goodbye(goodbyeMs).catch(() => {}).then(() => Deno.exit(1));
  clock.after(lookMs, look);
}
