// Owns `deno task keys`: creates a value for JWT_KEYS, which signs the tokens of the sign-ins.

import { createKeySet } from "../../lib/auth/sessions/signing_keys.ts";
import { runTask, UsageError } from "../shared/task.ts";

const usage = `Usage: deno task keys

Prints a new private key set, for JWT_KEYS. Show it to nobody: its holder can sign in as anybody.
If JWT_KEYS is set already, the new key comes before its keys, which stay valid:
  export JWT_KEYS="$(deno task --quiet keys)"`;

if (import.meta.main) {
  await runTask(usage, async (args) => {
    if (args.length > 0) throw new UsageError("The task takes no arguments.");
    console.info(await createKeySet(Deno.env.get("JWT_KEYS") || undefined));
  });
}
