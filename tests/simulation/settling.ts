// Owns the time from the last fault until everything must work again: the sum of the service's own promises. Judges nothing.

import { pollIntervalMs } from "./instance.ts";
import type { Plan } from "./plan.ts";

/** The first mark after this time is at least the second one since the faults, so every client must be current. */
const calmMs = pollIntervalMs;
/** The longest pause of the circuit breaker, plus the half-open try after it. */
const circuitMs = 30_000;

export function settlingMs({ faults }: Plan): number {
  const limitedMs = faults.map((fault) =>
    fault.kind === "upstream_limits" ? fault.retryAfterMs : 0
  );
  const isUpstreamTroubled = faults.some(({ kind }) =>
    kind === "upstream_fails" || kind === "upstream_slow" || kind === "upstream_limits"
  );
  return calmMs + (isUpstreamTroubled ? circuitMs + Math.max(...limitedMs) : 0);
}
