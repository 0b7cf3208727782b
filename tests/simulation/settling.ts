// Owns how long after the last fault everything is well again: the service's own promises, added up. Judges nothing.

import { pollIntervalMs } from "./instance.ts";
import type { Plan } from "./plan.ts";

/** The first mark after it is the second at the latest since the faults: everyone is current by then. */
const calmMs = pollIntervalMs;
/** The circuit breaker's longest pause, and the half-open try after it. */
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
