// Owns the lease in Redis, whose clock alone decides when it ends. The fencing itself stands in the scripts.

import type { Clock } from "../clock.ts";
import type { LeasePort } from "./bus.ts";
import type { RedisClient } from "./redis_client.ts";
import { parseEpoch } from "./redis_replies.ts";

export function createRedisLease(
  { client, clock }: { client: RedisClient; clock: Clock },
): LeasePort {
  return {
    async take(holder, { ttlMs, seenEpoch }) {
      // Counted from before the command, so that nobody believes in it longer than Redis does.
      const expiresAt = clock.now() + ttlMs;
      const epoch = parseEpoch(await client.run("takeLease", [holder, ttlMs, seenEpoch]));
      return epoch === undefined ? undefined : { holder, epoch, expiresAt };
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
