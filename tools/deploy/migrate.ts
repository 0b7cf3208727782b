// Owns `deno task migrate`: brings the tables of DATABASE_URL up to date. The service does the same when it starts.

import { parsePostgresAddress } from "../../lib/store/postgres/address.ts";
import { migrateDatabase } from "../../lib/store/postgres_store.ts";
import { runTask, UsageError } from "../shared/task.ts";

const usage = `Usage: DATABASE_URL=postgres://user:password@host:5432/database deno task migrate

Applies each file of migrations/ that the database does not have yet, in order of name. None is ever taken back.
The user must be allowed to make tables; the service itself needs no more than to read and write them:
start it as another user once this was run, if you like.`;

async function main(args: readonly string[]): Promise<void> {
  if (args.length > 0) throw new UsageError(`Unknown argument ${args[0]}.`);
  const url = Deno.env.get("DATABASE_URL");
  if (!url) throw new UsageError("DATABASE_URL is not set.");

  const address = parsePostgresAddress(url);
  const applied = await migrateDatabase(address);
  for (const name of applied) console.info(`Applied ${name}`);
  console.info(`The tables at ${address.shown} are up to date.`);
}

if (import.meta.main) await runTask(usage, main);
