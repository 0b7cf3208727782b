// Owns how long after the last fault everything is well again: the service's own promises, added up. Judges nothing.

import type { Plan } from "./plan.ts";

/**
 * Until what is wanted is told again (10 s) and a tick is missed for it (6 s); meanwhile a dead leader's lease runs out,
 * a standby takes over, and streams are opened anew.
 */
const takeoverMs = 18_000;
/** The circuit breaker's longest pause, and the half-open try after it. */
const circuitMs = 30_000;

export function settlingMs({ faults }: Plan): number {
  const limitedMs = faults.map((fault) =>
    fault.kind === "upstream_limits" ? fault.retryAfterMs : 0
  );
  const isUpstreamTroubled = faults.some(({ kind }) =>
    kind === "upstream_fails" || kind === "upstream_slow" || kind === "upstream_limits"
  );
  return takeoverMs + (isUpstreamTroubled ? circuitMs + Math.max(...limitedMs) : 0);
}
