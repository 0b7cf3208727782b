// Owns the timeouts and delays of the live client. Each is a constant of its own, so that the bundler inlines the number.

/** Backoff with full jitter: each delay is random below a limit that doubles from the base to the cap. */
export const retryBaseMs = 1_000;
export const retryCapMs = 30_000;

/** After close code 4500, an error of the protocol: a fast retry would only repeat it. */
export const faultRetryMs = 30_000;

/** A longer delay in `bye` is reduced to this. */
export const byeDelayMaxMs = 60_000;

/** A socket that lived this long resets the backoff. */
export const stableMs = 10_000;

/** A new socket that receives no frame within this is closed. */
export const helloTimeoutMs = 15_000;

/** The longest pause of the server between ticks, while no market is open. */
export const heartbeatMaxMs = 30_000;

/** Prices are shown as stale if a tick is later than this. */
export const overdueGraceMs = 3_000;

/** A socket that does not answer a probe within this is treated as dead. */
export const probeTimeoutMs = 5_000;
export const probeEveryMs = 30_000;
