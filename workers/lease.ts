// Owns the lease of this instance: taking it, renewing it at half time, noticing its loss. Decides nothing about polling.

import { type Bus, busTimeoutMs, type Lease } from "../lib/bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import { within } from "../lib/deadline.ts";
import type { Log } from "../lib/log.ts";

export interface HeldLease {
  readonly lease: Lease;
  /** Aborts when the lease is lost, dropped or expired. */
  readonly lost: AbortSignal;
  /** Asks the clock: after a freeze the timer behind `lost` may be late. */
  isHeld(): boolean;
}

export interface LeaseKeeper {
  /** The lease as far as we know; undefined once it has expired. */
  present(): HeldLease | undefined;
  /** Keeps the lease, or tries to take it, and renews it from now on. Undefined if it is not ours as far as we know. Never rejects. */
  hold(): Promise<HeldLease | undefined>;
  /** The bus did not answer the last try: the lease may even be ours. */
  isUnknown(): boolean;
  /** A publication that was sent at this time has renewed the lease. */
  renewedAt(sentAt: number): void;
  /** The lease is no longer ours. */
  drop(): void;
  /** Stops renewing, so that an instance whose window never opens again loses the lease. */
  pause(): void;
  /** Frees the lease. Never rejects. */
  release(): Promise<void>;
}

export interface LeaseKeeperOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly holder: string;
}

export const leaseTtlMs = 6_000;
/** A failed renewal is tried again after this time, until the lease expires. */
const renewRetryMs = 1_000;

export function createLeaseKeeper({ bus, clock, log, holder }: LeaseKeeperOptions): LeaseKeeper {
  let held: (HeldLease & { expiresAt: number; readonly loss: AbortController }) | undefined;
  let isPaused = true;
  let isUnknown = false;
  let isSilent = false;
  let cancelRenewal = () => {};
  let taking: Promise<void> | undefined;
  const bounded = <T>(promise: Promise<T>, what: string) =>
    within(promise, { clock, ms: busTimeoutMs, what });

  function present() {
    if (held && held.expiresAt <= clock.now()) {
      log.warn({ epoch: held.lease.epoch }, "The lease ran out before it was renewed.");
      drop();
    }
    return held;
  }

  function drop() {
    cancelRenewal();
    const former = held;
    held = undefined;
    former?.loss.abort();
  }

  /** Counted from before the command was sent, so that our time never ends after that of the bus. */
  function renewedAt(sentAt: number) {
    if (!held) return;
    held.expiresAt = Math.max(held.expiresAt, sentAt + leaseTtlMs);
    renewIn(held.expiresAt - leaseTtlMs / 2 - clock.now());
  }

  function renewIn(ms: number) {
    cancelRenewal();
    if (!isPaused) cancelRenewal = clock.after(ms, () => void renew());
  }

  async function renew() {
    const mine = present();
    if (!mine) return;
    const sentAt = clock.now();
    // This timer also notices the end of a lease whose renewals fail.
    renewIn(Math.min(renewRetryMs, mine.expiresAt - sentAt));
    try {
      const renewed = await bounded(
        bus.lease.renew(mine.lease, { ttlMs: leaseTtlMs }),
        "Renewing the lease",
      );
      if (held !== mine) return;
      if (renewed) return renewedAt(sentAt);
      log.warn({ epoch: mine.lease.epoch }, "The lease was lost.");
      drop();
    } catch (error) {
      log.warn({ err: error }, "The lease could not be renewed.");
    }
  }

  async function take() {
    isUnknown = false;
    const sentAt = clock.now();
    try {
      const seenEpoch = bus.latest([]).epoch;
      const lease = await bounded(
        bus.lease.take(holder, { ttlMs: leaseTtlMs, seenEpoch }),
        "Taking the lease",
      );
      isSilent = false;
      if (!lease) return;
      const loss = new AbortController();
      const isHeld = () => present()?.loss === loss;
      held = { lease, lost: loss.signal, loss, isHeld, expiresAt: sentAt + leaseTtlMs };
      log.info({ epoch: lease.epoch }, "This instance polls the quote source now.");
    } catch (error) {
      isUnknown = true;
      // It is asked for each second: one line says why, until it can be asked for again.
      if (!isSilent) log.warn({ err: error }, "The lease could not be asked for.");
      isSilent = true;
    }
  }

  return {
    present,
    drop,
    renewedAt,
    async hold() {
      isPaused = false;
      // A window that opens while the former one still asks waits for the same answer: two answers would be two epochs.
      if (!present()) await (taking ??= take().finally(() => taking = undefined));
      const mine = present();
      if (mine) renewIn(mine.expiresAt - leaseTtlMs / 2 - clock.now());
      return mine;
    },
    isUnknown: () => isUnknown,
    pause() {
      isPaused = true;
      cancelRenewal();
    },
    async release() {
      const mine = present();
      drop();
      if (!mine) return;
      try {
        await bounded(bus.lease.release(mine.lease), "Releasing the lease");
      } catch (error) {
        log.warn({ err: error }, "The lease could not be released; it runs out by itself.");
      }
    },
  };
}
