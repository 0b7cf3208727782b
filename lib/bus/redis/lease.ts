// Owns the lease in Redis. The clock of Redis decides when it ends; the scripts refuse a stale epoch.

import type { Clock } from "../../clock.ts";
import type { Version } from "../../quote.ts";
import type { LeasePort } from "../bus.ts";
import type { RedisClient } from "./client.ts";
import { parseTaken } from "./replies.ts";

export function createRedisLease({ client, clock, catchUpTo }: {
  client: RedisClient;
  clock: Clock;
  /** Resolves when the mirror has applied that tick or a later one. */
  catchUpTo(version: Version): Promise<void>;
}): LeasePort {
  return {
    async take(holder, { ttlMs, seenEpoch }) {
      // Measured before the command, so that the holder's time ends before the time of Redis.
      const expiresAt = clock.now() + ttlMs;
      const taken = parseTaken(await client.run("takeLease", [holder, ttlMs, seenEpoch]));
      if (!taken) return undefined;
      // A new leader needs the prices of the one before it, and the calls that it spent.
      await catchUpTo(taken.lastTick);
      return { holder, epoch: taken.epoch, expiresAt };
    },
    async renew({ holder, epoch }, { ttlMs }) {
      const expiresAt = clock.now() + ttlMs;
      const isRenewed = await client.run("renewLease", [holder, epoch, ttlMs]);
      return isRenewed === 1 ? { holder, epoch, expiresAt } : undefined;
    },
    async release({ holder, epoch }) {
      await client.run("releaseLease", [holder, epoch]);
    },
  };
}
