// Owns the reading of a Retry-After header: seconds or an HTTP date, bounded.

/** A longer wait is cut to this. */
export const retryAfterMaxMs = 300_000;

export function parseRetryAfterMs(header: string | null, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), retryAfterMaxMs);
}
