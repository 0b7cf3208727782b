// Owns how the quote sources of the configuration become upstreams: each with its budget, all behind one choice.

import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { Metrics } from "../../lib/metrics.ts";
import type { Market, Ticker } from "../../lib/quote.ts";
import type { QuoteSource } from "../../lib/sources/source.ts";
import { callLimits } from "./budget.ts";
import { createFailover } from "./failover.ts";
import { createUpstream } from "./upstream.ts";
import type { Upstreams } from "./upstreams.ts";

export interface UpstreamsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pollIntervalMs: number;
  /** The operator's budget for each source; without one, the limits of the source hold. */
  readonly callsPerMinute?: number | undefined;
  readonly callsPerDay?: number | undefined;
  /** Absent: every ticker is a US share. */
  readonly marketOf?: (ticker: Ticker) => Market;
}

/** In the order in which they are asked: the first that works answers, the others stand in. */
export function createUpstreams(
  sources: readonly QuoteSource[],
  options: UpstreamsOptions,
): Upstreams {
  const limits = callLimits(options);
  return createFailover(
    sources.map((source) => createUpstream(source, { ...options, limits })),
    options,
  );
}
