// Owns how many calls the upstream may have seen by now: those of the marks, of each new leader, of newcomers. Makes none.

/** Of the service as it is started for the run. */
export const cadenceMs = 5_000;
const tickersPerCall = 50;
/** A ticker without a fresh price is fetched between marks, all such in one go, at most once in this. */
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
    /** So long some viewer's price was stale, and whoever asked for it was a newcomer. */
    wasStale(ms: number) {
      staleMs += ms;
    },
    marks: (now: number) => markNumber(now) - markNumber(begin.now) + 1,
    /** Since the beginning, its own mark included: a call of it may be on its way. */
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
