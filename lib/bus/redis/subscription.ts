// Owns the subscription: opens streams, detects silent ones, catches up after each opening. Does not parse messages.

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";

export interface SubscriptionOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** `stop` ends the stream, also while it is being opened. */
  open(stop: AbortController): Promise<AsyncGenerator<string>>;
  /** Reads the missed ticks and announcements. Rejects if Redis does not answer. */
  catchUp(): Promise<void>;
  receive(message: string): void;
  /** The latest time of the next tick, as far as this instance knows. */
  nextAt(): number;
  /** In [0, 1). */
  readonly random?: () => number;
}

export interface Subscription {
  /** Resolves after the first subscription and catch-up. */
  readonly ready: Promise<void>;
  /** A tick came over the stream, so the stream is alive. */
  heardTick(tick: { readonly at: number; readonly nextAt: number }): void;
  /** Expects a tick within that time, even if the last tick announced a later one. */
  expectWithin(ms: number): void;
  /** Messages were lost: subscribes again and catches up. */
  renew(): void;
  isLive(): boolean;
  close(): Promise<void>;
}

/** If a tick is this late, the stream may have ended without an error. */
const graceMs = 1_000;
/** Without a leader there are no ticks: the subscription is renewed less and less often. */
const patienceMsMax = 30_000;
const reopenMsMin = 100;
const reopenMsMax = 4_000;

export function createSubscription(options: SubscriptionOptions): Subscription {
  const { clock, log, random = Math.random } = options;
  const closing = new AbortController();
  const closed = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  let stream = new AbortController();
  let cancelWatch = () => {};
  let dueAt = Infinity;
  let patienceMs = graceMs;
  let reopenMs = reopenMsMin;
  let isLive = false;

  /** Messages that arrive during the catch-up wait in the stream. */
  async function follow() {
    stream = new AbortController();
    const messages = await options.open(stream);
    await Promise.race([options.catchUp(), closed.promise]);
    isLive = true;
    reopenMs = reopenMsMin;
    ready.resolve();
    watch(options.nextAt() - clock.now());
    for await (const message of messages) {
      options.receive(message);
      // The catch-up after the next opening reads the remaining messages together with the lost ones.
      if (stream.signal.aborted) break;
    }
  }

  function watch(nextInMs: number) {
    cancelWatch();
    const watched = stream;
    dueAt = clock.now() + nextInMs;
    cancelWatch = clock.after(Math.max(nextInMs + graceMs, patienceMs), () => {
      patienceMs = Math.min(patienceMs * 2, patienceMsMax);
      watched.abort();
    });
  }

  async function keepFollowing() {
    while (!closing.signal.aborted) {
      try {
        await follow();
        if (stream.signal.aborted) log.debug("Ticks were missed or are late; subscribing again.");
        else log.info("The stream of ticks ended; subscribing again.");
      } catch (error) {
        if (closing.signal.aborted) break;
        log.warn({ err: error }, "The stream of ticks broke; subscribing again.");
      }
      isLive = false;
      cancelWatch();
      stream.abort();
      await pause();
    }
    cancelWatch();
  }

  /** Jitter spreads the instances that lost their streams at the same time. */
  async function pause() {
    await clock.sleep(reopenMs * (0.5 + random() / 2), closing.signal);
    reopenMs = Math.min(reopenMs * 2, reopenMsMax);
  }

  const running = keepFollowing();
  return {
    ready: ready.promise,
    heardTick({ at, nextAt }) {
      patienceMs = graceMs;
      // Both times are of the leader's clock, which may differ from ours.
      watch(nextAt - at);
    },
    expectWithin(ms) {
      if (isLive && dueAt > clock.now() + ms) watch(ms);
    },
    renew: () => stream.abort(),
    isLive: () => isLive,
    async close() {
      closing.abort();
      closed.resolve();
      stream.abort();
      await running;
    },
  };
}
