// Owns how long the live client waits, and for what. One constant each, so that the bundler puts bare numbers in their places.

/** Full jitter: each wait is random below a span that doubles from base to cap. */
export const retryBaseMs = 1_000;
export const retryCapMs = 30_000;

/** After 4500, a fault of ours or theirs that a quick return would only repeat. */
export const faultRetryMs = 30_000;

/** A server that asks for more patience than this is not believed. */
export const byeDelayMaxMs = 60_000;

/** A socket that lived this long ends the doubling. */
export const settledMs = 10_000;

/** A new socket without a frame by then is given up. */
export const helloTimeoutMs = 15_000;

/** The server's longest pause between ticks, when no market is open. */
export const heartbeatMaxMs = 30_000;

/** Past a tick's due time by this much, prices are shown as stale. */
export const overdueGraceMs = 3_000;

/** How long a probe's answer may take before the socket counts as dead. */
export const probeTimeoutMs = 5_000;
export const probeEveryMs = 30_000;
