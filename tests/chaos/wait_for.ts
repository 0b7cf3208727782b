// Owns waiting for a condition up to a bound. Decides nothing by the time it took.

const stepMs = 50;

/** When the condition held first, Unix ms; undefined: not within the time. */
export async function waitFor(
  condition: () => boolean,
  withinMs: number,
): Promise<number | undefined> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (condition()) return Date.now();
    if (Date.now() > deadline) return undefined;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
}
