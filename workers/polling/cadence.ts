// Owns the choice of the cadence: as fast as the budget allows, and steady. Makes no call.

export interface Cadence {
  readonly ms: number;
  /** Chooses again, for a tick of this cost and marks that may spend this rate. */
  choose(
    demand: { readonly tickCost: number; readonly ratePerMs: number; readonly now: number },
  ): void;
}

const slowerMs = [10_000, 30_000];
/** A faster cadence is chosen once it has fitted the budget for this long. */
const steadyMs = 60_000;

export function createCadence(pollIntervalMs: number): Cadence {
  const steps = [pollIntervalMs, ...slowerMs.filter((ms) => ms > pollIntervalMs)];
  const slowest = steps.at(-1) ?? pollIntervalMs;
  let present = pollIntervalMs;
  /** The time since which a faster cadence has always fitted. */
  let fasterSince: number | undefined;

  return {
    get ms() {
      return present;
    },
    choose({ tickCost, ratePerMs, now }) {
      // Rates are quotients: what misses by a hair fits.
      const fits = (ms: number) => tickCost <= ratePerMs * ms * (1 + 1e-9);
      const fastest = steps.find(fits) ?? slowest;
      if (fastest >= present) {
        present = fastest;
        fasterSince = undefined;
      } else {
        fasterSince ??= now;
        if (now - fasterSince < steadyMs) return;
        present = fastest;
        fasterSince = undefined;
      }
    },
  };
}
