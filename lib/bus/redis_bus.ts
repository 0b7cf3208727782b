// Owns the bus over Redis: publishes, receives, and reads what the stream lost. mirror.ts owns the rules of quotes.

import type { Log } from "../log.ts";
import { compareVersions, type Version } from "../quote.ts";
import {
  type Announcement,
  type Bus,
  type Interest,
  type Tick,
  type TickUpdate,
  wantTtlMs,
} from "./bus.ts";
import { uniteInterest } from "./wanted.ts";
import { createListeners } from "./listeners.ts";
import { createMirror, type MirrorOptions } from "./mirror.ts";
import { createAnnouncer } from "./redis/announcer.ts";
import { keysOf, redisBounds, type RedisTimes } from "./redis/keys.ts";
import { createRedisLease } from "./redis/lease.ts";
import { createAnnouncementOrder, fromNow, type LogPosition } from "./redis/announcement_order.ts";
import { createRedisPublisher } from "./redis/publisher.ts";
import { parseCatchUp, parseInterest } from "./redis/replies.ts";
import { createSubscription } from "./redis/subscription.ts";
import { createTickAssembly } from "./redis/tick_assembly.ts";
import { connectOverHttp, type RedisTransport } from "./redis/transport.ts";
import { encodeAnnouncement, encodeNewcomers, parseMessage, type TickPart } from "./wire.ts";

export interface RedisBusOptions extends BusOverRedisOptions {
  /** The address of the REST API: Upstash's own, or tools/redis_rest.ts. */
  readonly url: string;
  readonly token: string;
}

export interface BusOverRedisOptions extends MirrorOptions {
  readonly log: Log;
  /** Each service that shares the Redis has its own prefix. */
  readonly prefix?: string;
  readonly times?: Partial<RedisTimes>;
  /** If Redis is unreachable at the start, the bus waits this long; then it starts empty and catches up later. */
  readonly startTimeoutMs?: number;
  /** In [0, 1). */
  readonly random?: () => number;
}

const defaultPrefix = "quoteboard";

export const defaultTimes: RedisTimes = {
  wantTtlMs,
  announcementsKeptMs: 20 * 60_000,
  dataTtlMs: 24 * 3_600_000,
};

/** A ping asks Redis only if neither an answer nor the stream has shown within this time that Redis is reachable. */
const pingFreshMs = 10_000;

export function createRedisBus(options: RedisBusOptions): Promise<Bus> {
  const { prefix = defaultPrefix } = options;
  const times = { ...defaultTimes, ...options.times };
  const transport = connectOverHttp({ ...options, prefix, times, bounds: redisBounds });
  return createBusOver(transport, options);
}

export async function createBusOver(
  { client, openStream }: RedisTransport,
  options: BusOverRedisOptions,
): Promise<Bus> {
  const { clock, log, prefix = defaultPrefix, startTimeoutMs = 5_000, random } = options;
  const times = { ...defaultTimes, ...options.times };
  const keys = keysOf(prefix);
  const mirror = createMirror(options);
  const ticks = createListeners<TickUpdate>(log);
  const announcements = createListeners<Announcement>(log);
  const gaps = createListeners<"gap">(log);
  const order = createAnnouncementOrder({
    deliver: announcements.deliver,
    onGap: () => gaps.deliver("gap"),
  });
  const assemble = createTickAssembly();
  const publisher = createRedisPublisher({ client, mirror });
  const announcer = createAnnouncer({
    clock,
    log,
    send: async (body) => void await client.run("announce", [body]),
  });
  let streamActiveAt = -Infinity;
  let lastInterest: { instanceId: string; interest: Interest; at: number } | undefined;
  let lastSend: Promise<unknown> = Promise.resolve();
  let sentCount = 0;

  const subscription = createSubscription({
    clock,
    log,
    ...(random && { random }),
    open: (stop) => openStream({ stop, onActivity: () => streamActiveAt = clock.now() }),
    catchUp: async () => {
      await catchUp();
      repeatInterest();
    },
    receive,
    nextAt: () => {
      const { nextAt, tickMs } = mirror.latest([]);
      return isPollingDue() ? Math.min(nextAt, clock.now() + tickMs) : nextAt;
    },
  });

  /** True if a leader that knows the interest of this instance ticks at its cadence: the instance wants tickers of an open market. */
  function isPollingDue(): boolean {
    if (!lastInterest) return false;
    const { signedIn, anonymous } = lastInterest.interest;
    const wanted = [...signedIn, ...anonymous];
    const { quotes } = mirror.latest(wanted);
    return quotes.length === 0
      ? wanted.length > 0
      : quotes.some(({ session }) => session !== "closed");
  }

  function apply(tick: Tick) {
    if (compareVersions(tick, mirror.latest([])) <= 0) return;
    const update = mirror.apply(tick);
    if (update) ticks.deliver(update);
  }

  async function catchUp() {
    order.restore(await read(order.position()));
  }

  /** Reads no announcements: the stream delivers them. */
  async function catchUpTo(version: Version) {
    if (compareVersions(version, mirror.latest([])) > 0) await read(fromNow);
  }

  /** Takes newer quotes from the snapshot; returns the announcements after the position. */
  async function read({ generation, id }: LogPosition) {
    const { epoch, seq } = mirror.latest([]);
    const { snapshot, announced } = parseCatchUp(
      await client.run("read", [epoch, seq, generation, id]),
    );
    const update = snapshot && mirror.restore(snapshot);
    if (update) ticks.deliver(update);
    return announced;
  }

  function receive(text: string) {
    const message = parseMessage(text);
    if (!message) {
      return log.warn("A message on the bus's channel is neither a tick nor an announcement.");
    }
    if (message.kind === "tick") receivePart(message);
    else if (!order.receive(message)) subscription.renew();
  }

  function receivePart(part: TickPart) {
    const assembled = assemble(part);
    if (assembled.kind === "incomplete") return;
    const missedOne = compareVersions(part.previous, mirror.latest([])) > 0;
    // The snapshot has both ticks: listeners get them as one update.
    if (missedOne || assembled.kind === "gap") return subscription.renew();
    apply(assembled.tick);
    subscription.heardTick(assembled.tick);
    // The leader may have sent it before it knew our interest.
    const { at, nextAt, tickMs } = assembled.tick;
    if (nextAt - at > 2 * tickMs && isPollingDue()) subscription.expectWithin(2 * tickMs);
  }

  /** Sends in the order of the calls: an older interest must not replace a newer one. */
  function sendInterest(
    instanceId: string,
    interest: Interest,
    newcomers?: Interest,
  ): Promise<void> {
    const { signedIn, anonymous, ranks } = interest;
    const tickers = [...signedIn, ...anonymous];
    const sent = lastSend.then(async () => {
      await client.run("want", [
        ...[keys.wants, instanceId, ++sentCount, encodeNewcomers(newcomers)],
        ...[signedIn.length, tickers.length],
        ...tickers,
        ...(ranks ? tickers.flatMap((ticker) => [ranks.get(ticker) ?? 0, ticker]) : []),
      ]);
      if (isPollingDue()) subscription.expectWithin(mirror.latest([]).tickMs);
    });
    // A failure rejects this call, not the next one.
    lastSend = sent.catch(() => {});
    return sent;
  }

  /** Redis may have lost its data while it was unreachable: without this, nothing is polled until the next regular call. */
  function repeatInterest() {
    if (!lastInterest || lastInterest.at + times.wantTtlMs <= clock.now()) return;
    const { instanceId, interest } = lastInterest;
    sendInterest(instanceId, interest).catch((error) => {
      log.warn(
        { err: error },
        "The interest of this instance could not be repeated; the next call repeats it.",
      );
    });
  }

  async function ping() {
    const reachableAt = Math.max(streamActiveAt, client.answeredAt());
    if (subscription.isLive() && clock.now() - reachableAt < pingFreshMs) return;
    await client.ping();
  }

  const started = new AbortController();
  await Promise.race([subscription.ready, clock.sleep(startTimeoutMs, started.signal)]);
  started.abort();
  order.markInUse();

  return {
    name: "Redis",
    lease: createRedisLease({ client, clock, catchUpTo }),
    async publish(tick, lease) {
      if (tick.epoch !== lease.epoch) throw new Error("A tick carries the epoch of its lease.");
      const result = await publisher.publish(tick, lease);
      if (result.outcome === "stale_epoch") return "stale_epoch";
      if (compareVersions(result.previous, mirror.latest([])) > 0) subscription.renew();
      apply(result.sent);
      return "published";
    },
    subscribe: ticks.add,
    latest: mirror.latest,
    async want(instanceId, interest, { newcomers } = {}) {
      lastInterest = { instanceId, interest, at: clock.now() };
      await sendInterest(instanceId, interest, newcomers);
    },
    async wanted() {
      return uniteInterest([parseInterest(await client.run("wanted", [keys.wants]))]);
    },
    async announce(announcement) {
      await announcer.announce(encodeAnnouncement(announcement));
    },
    onAnnounce: announcements.add,
    onGap: (listener) => gaps.add(() => listener()),
    ping,
    async close() {
      announcer.close();
      ticks.clear();
      announcements.clear();
      gaps.clear();
      await subscription.close();
    },
  };
}
