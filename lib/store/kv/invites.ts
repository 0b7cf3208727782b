// Owns invitations in Deno KV: ["setting", "invite <hash>"] has the time at which the invite expires.

import type { Clock } from "../../clock.ts";
import { inviteSetting, type InviteStore } from "../store.ts";
import type { KvClient } from "./client.ts";

export const inviteKey = (tokenHash: string): Deno.KvKey => ["setting", inviteSetting(tokenHash)];

/** False for an invite that is unknown or used: it has no value. */
export function isOpen(value: string | null, at: number): boolean {
  return value !== null && at < Number(value);
}

export function createKvInvites({ kv, clock }: { kv: KvClient; clock: Clock }): InviteStore {
  return {
    async putInvite({ tokenHash, expiresAt }) {
      // Deno KV deletes it by itself.
      const expireIn = Math.max(1, expiresAt - clock.now());
      await kv.commit(kv.atomic().set(inviteKey(tokenHash), String(expiresAt), { expireIn }));
    },
    async isInvited(tokenHash, at) {
      return isOpen((await kv.get<string>(inviteKey(tokenHash))).value, at);
    },
  };
}
