// Owns the time from the last fault until everything must work again: the sum of the service's own promises. Judges nothing.

import { pollIntervalMs } from "./instance.ts";
import type { Plan } from "./plan.ts";

/** The first mark after this time is at least the second one since the faults, so every client must be current. */
const calmMs = pollIntervalMs;
/** The longest pause of the circuit breaker, plus the half-open try after it. */
const circuitMs = 30_000;
/** With a budget the cadence may be this slow. A stream that went silent is noticed when its next tick is due. */
const slowestCadenceMs = 30_000;

export function settlingMs({ faults, upstream }: Plan): number {
  const limitedMs = faults.map((fault) =>
    fault.kind === "upstream_limits" ? fault.retryAfterMs : 0
  );
  const isUpstreamTroubled = upstream.isLastUnknown ||
    faults.some(({ kind }) =>
      kind === "upstream_fails" || kind === "upstream_slow" || kind === "upstream_limits"
    );
  const isLimited = Object.keys(upstream.limits).length > 0;
  return calmMs + (isLimited && faults.length > 0 ? slowestCadenceMs : 0) +
    (isUpstreamTroubled ? circuitMs + Math.max(0, ...limitedMs) : 0);
}
