// Owns the choice of the cadence: as fast as the budget can keep up, steady rather than flickering. Calls nobody.

export interface Cadence {
  readonly ms: number;
  /** Chooses anew for a tick that costs so much when marks may spend that much a millisecond. */
  choose(
    demand: { readonly tickCost: number; readonly ratePerMs: number; readonly now: number },
  ): void;
}

const slowerMs = [10_000, 30_000];
/** A faster cadence must have fitted for so long before it is chosen. */
const steadyMs = 60_000;

export function createCadence(pollIntervalMs: number): Cadence {
  const steps = [pollIntervalMs, ...slowerMs.filter((ms) => ms > pollIntervalMs)];
  const slowest = steps.at(-1) ?? pollIntervalMs;
  let present = pollIntervalMs;
  /** Since when a faster cadence has fitted all the time. */
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
