// Owns waiting for a condition up to a bound. The duration alone decides nothing.

const stepMs = 50;

/** The time at which the condition was first true, Unix ms. Undefined if that did not happen in time. */
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
