// Owns `deno task users:invite`: creates a one-time link with which somebody registers. Sends no message to anybody.

import { parseArgs } from "node:util";
import { inviteDays, issueInvite } from "../../lib/auth/invites.ts";
import { createClock } from "../../lib/clock.ts";
import { openStore, storeHelp } from "../shared/open_store.ts";
import { localOrigin, originOf } from "../shared/origin.ts";
import { runTask, UsageError } from "../shared/task.ts";

const usage = `Usage: deno task users:invite [--origin=https://quotes.example.com]

Prints a link with which one person creates one account, within ${inviteDays} days.
The service asks for such a link if it runs with REGISTRATION=invite.
--origin is where people reach the service; without it, the link leads to this machine.

${storeHelp}`;

async function main(args: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: { origin: { type: "string", default: localOrigin() } },
    allowPositionals: true,
  });
  if (positionals.length > 0) {
    throw new UsageError("The task takes no names: the guest chooses one.");
  }
  const origin = originOf(values.origin);

  const store = await openStore({ mustExist: true });
  try {
    const invite = await issueInvite({ store, clock: createClock() });
    console.info(`${origin}/register?invite=${invite}`);
    // On standard error, so that a pipe receives the link alone.
    console.error(
      `This link is good once, for ${inviteDays} days. Its holder can create an account.`,
    );
  } finally {
    await store.close();
  }
}

if (import.meta.main) await runTask(usage, main);
