// Owns the demo users for development: user1 and user2. They are never created in production.

import { Problem } from "../errors.ts";
import { parseUsername } from "../identity.ts";
import type { UserStore } from "../store/store.ts";
import type { AddUser } from "./add_user.ts";

export const demoUsernames = ["user1", "user2"] as const;
export const demoPassword = "watchlist";

/** Creates the missing demo users and returns their names. */
export async function ensureDemoUsers(
  { store, auth }: { store: Pick<UserStore, "credentials">; auth: { readonly addUser: AddUser } },
): Promise<string[]> {
  const created: string[] = [];
  for (const username of demoUsernames) {
    const parsed = parseUsername(username);
    if (!parsed) throw new Error("A demo username violates a rule");
    if (await store.credentials(parsed)) continue;
    const registration = { username: parsed, password: demoPassword };
    const added = await auth.addUser({
      ...registration,
      email: null,
      firstName: null,
      lastName: null,
    });
    if (added.kind === "busy") throw new Problem("unavailable");
    if (added.kind === "weak_password") throw new Error("The demo password violates a rule");
    // The name is taken if another instance, which started at the same time, has created the user.
    if (added.kind === "ok") created.push(username);
  }
  return created;
}
