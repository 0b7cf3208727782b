// Owns the calls for a source's own list of securities: each step is a call like any other, made beside the marks.

import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { Metrics } from "../../lib/metrics.ts";
import type { CallLimit, QuoteSource } from "../../lib/sources/source.ts";
import { type Budget, slidingMsMax } from "./budget.ts";
import type { Allowance, ListSecurities } from "./upstreams.ts";

export interface ListingOptions {
  readonly budget: Budget;
  readonly allowance: Allowance;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The steps of a long list leave this part of a minute's calls to the prices. */
const pricesShare = 0.9;
/** The steps are at most this far apart, so that a list of 200 steps ends within a day. */
const stepGapMsMax = 120_000;

export function createListing(
  source: QuoteSource,
  { budget, allowance, clock, log, metrics }: ListingOptions,
): ListSecurities {
  const stepGapMs = Math.min(stepGapMsMax, Math.max(0, ...budget.limits.map(gapFor)));
  let nextAt = -Infinity;

  return async (signal, cursor) => {
    const spending = clock.now() < nextAt ? undefined : budget.start(1);
    if (!spending) return { kind: "over_budget" };
    nextAt = clock.now() + stepGapMs;
    allowance.spentByNewcomers(1);
    try {
      const outcome = await source.listSecurities?.(signal, cursor);
      if (!outcome || signal.aborted) return { kind: "failed" };
      const label = outcome.kind === "ok" ? "ok" : outcome.failure;
      metrics.upstreamCalls.inc({ source: source.name, outcome: label });
      if (outcome.kind === "ok") return outcome;
      const { failure, detail, retryAfterMs } = outcome;
      log.warn({ source: source.name, failure, detail }, "The source's list could not be read.");
      return { kind: "failed", ...(retryAfterMs !== undefined && { retryAfterMs }) };
    } finally {
      spending.end();
    }
  };
}

/** Longer limits, of an hour or a day, allow a list's few steps at any time. */
function gapFor({ calls, windowMs }: CallLimit): number {
  return windowMs > slidingMsMax ? 0 : windowMs / (calls * (1 - pricesShare));
}
