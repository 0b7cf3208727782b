// Owns `deno task users:reset`: creates a one-time link with which a user chooses a new password. Sends no message to the user.

import { parseArgs } from "node:util";
import { issueResetToken, resetTicketMs } from "../lib/auth/password_reset.ts";
import { createClock } from "../lib/clock.ts";
import { StartupError } from "../lib/errors.ts";
import { parseUsername } from "../lib/identity.ts";
import { openStore, storeHelp } from "./shared/open_store.ts";
import { localOrigin, originOf } from "./shared/origin.ts";
import { runTask, UsageError } from "./shared/task.ts";

const usage = `Usage: deno task users:reset NAME [--origin=https://quotes.example.com]

Prints a link with which NAME chooses a new password, once, within an hour. A newer link makes an older one useless.
Nothing changes until it is used; then all devices of NAME are signed out.
--origin is where people reach the service; without it, the link leads to this machine.

${storeHelp}`;

const hours = resetTicketMs / 3_600_000;

async function main(args: readonly string[]): Promise<void> {
  const { positionals: [username, ...others], values } = parseArgs({
    args: [...args],
    options: { origin: { type: "string", default: localOrigin() } },
    allowPositionals: true,
  });
  if (username === undefined) throw new UsageError("Give the name of a user.");
  if (others.length > 0) throw new UsageError("Give one name alone: each link is for one user.");
  const origin = originOf(values.origin);

  const store = await openStore({ mustExist: true });
  try {
    const parsed = parseUsername(username);
    const token = parsed && await issueResetToken(parsed, { store, clock: createClock() });
    if (!token) throw new StartupError(`There is no user ${JSON.stringify(username)}.`);
    console.info(`${origin}/reset?token=${token}`);
    // On standard error, so that a pipe receives the link alone.
    console.error(
      `This link is good once, for ${hours} hour. Hand it to nobody but its user: who holds it holds the account.`,
    );
  } finally {
    await store.close();
  }
}

if (import.meta.main) await runTask(usage, main);
