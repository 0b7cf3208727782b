// Owns creating invitations, for an operator's task. sign_in.ts uses them.

import type { Clock } from "../clock.ts";
import type { InviteStore } from "../store/store.ts";
import { hashOf, newSecret } from "./sessions/tokens.ts";

export const inviteDays = 7;
const dayMs = 24 * 3_600_000;

/** Returns the secret of a new invitation, which creates one account within 7 days. The store keeps its hash only. */
export async function issueInvite(
  { store, clock }: { store: InviteStore; clock: Clock },
): Promise<string> {
  const secret = newSecret();
  const now = clock.now();
  const expiresAt = now + inviteDays * dayMs;
  await store.putInvite({ tokenHash: await hashOf(secret), expiresAt }, now);
  return secret;
}
