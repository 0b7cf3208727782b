// Owns staying subscribed: opens streams, notices silence, catches up after each opening. Understands no message.

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";

export interface SubscriptionOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The stream ends, at whatever stage, when it is told to stop. */
  open(stop: AbortController): Promise<AsyncGenerator<string>>;
  /** Reads what was missed; rejects when Redis does not answer. */
  catchUp(): Promise<void>;
  receive(message: string): void;
  /** When the next tick is due at the latest, as far as we know. */
  nextAt(): number;
  /** In [0, 1). */
  readonly random?: () => number;
}

export interface Subscription {
  /** Resolves when it has subscribed and caught up for the first time. */
  readonly ready: Promise<void>;
  /** A tick came over the stream: it is alive. */
  heardTick(tick: { readonly at: number; readonly nextAt: number }): void;
  /** A tick must come within that time, whatever was promised before. */
  expectWithin(ms: number): void;
  /** Something was missed: subscribes anew and catches up. */
  renew(): void;
  isLive(): boolean;
  close(): Promise<void>;
}

/** A tick this late means that the stream may be dead in silence. */
const graceMs = 1_000;
/** Without any leader every look is in vain, so they become rare. */
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

  /** What arrives while catching up waits in the stream. */
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
      // What else the stream held is read back with what it lost.
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
        if (stream.signal.aborted) log.debug("Ticks were missed or are late; subscribing anew.");
        else log.info("The stream of ticks ended; subscribing anew.");
      } catch (error) {
        if (closing.signal.aborted) break;
        log.warn({ err: error }, "The stream of ticks broke; subscribing anew.");
      }
      isLive = false;
      cancelWatch();
      stream.abort();
      await pause();
    }
    cancelWatch();
  }

  /** Jitter keeps instances apart that lost their streams together. */
  async function pause() {
    await clock.sleep(reopenMs * (0.5 + random() / 2), closing.signal);
    reopenMs = Math.min(reopenMs * 2, reopenMsMax);
  }

  const running = keepFollowing();
  return {
    ready: ready.promise,
    heardTick({ at, nextAt }) {
      patienceMs = graceMs;
      // Both are the leader's times: our clock may differ from its.
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
