// Owns the most calls that the upstream may have received so far: for marks, for new leaders, for newcomers. Makes no calls.

/** The settings of the service in the run. */
export const cadenceMs = 5_000;
const tickersPerCall = 50;
/** A ticker without a fresh price is fetched between marks: all such tickers together, at most once in this time. */
const newcomersGapMs = 1_000;

export interface CallBoundOptions {
  readonly tickers: number;
  readonly now: number;
  readonly calls: number;
  readonly epochs: number;
}

export type CallBound = ReturnType<typeof createCallBound>;

export function createCallBound(begin: CallBoundOptions) {
  const batches = Math.ceil(begin.tickers / tickersPerCall);
  let staleMs = 0;

  return {
    /** Adds a time in which a viewer's price was stale, so that the leader may have fetched newcomers. */
    wasStale(ms: number) {
      staleMs += ms;
    },
    marks: (now: number) => markNumber(now) - markNumber(begin.now) + 1,
    /** Counts from the start and includes the present mark, because a call for it may be on its way. */
    most({ now, epochs }: { now: number; epochs: number }): number {
      const marks = this.marks(now);
      return batches * (marks + epochs - begin.epochs + Math.ceil(staleMs / newcomersGapMs));
    },
    made: (calls: number) => calls - begin.calls,
  };
}

function markNumber(at: number): number {
  return Math.floor(at / cadenceMs);
}
