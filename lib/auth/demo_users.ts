// Owns the users of development: user1 and user2. Production never creates them.

import { Problem } from "../errors.ts";
import { parseUsername } from "../identity.ts";
import type { UserStore } from "../store/store.ts";
import type { AddUser } from "./add_user.ts";

export const demoUsernames = ["user1", "user2"] as const;
export const demoPassword = "watchlist";

/** Creates the missing users and returns their names; hashes nothing if they all exist. */
export async function ensureDemoUsers(
  { store, auth }: { store: Pick<UserStore, "credentials">; auth: { readonly addUser: AddUser } },
): Promise<string[]> {
  const made: string[] = [];
  for (const username of demoUsernames) {
    const parsed = parseUsername(username);
    if (!parsed) throw new Error("A demo username breaks a rule");
    if (await store.credentials(parsed)) continue;
    const registration = { username: parsed, password: demoPassword };
    const added = await auth.addUser({
      ...registration,
      email: null,
      firstName: null,
      lastName: null,
    });
    if (added.kind === "busy") throw new Problem("unavailable");
    if (added.kind === "weak_password") throw new Error("The demo password breaks a rule");
    // Another instance that starts at the same time may have been faster.
    if (added.kind === "ok") made.push(username);
  }
  return made;
}
