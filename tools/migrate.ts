// Owns `deno task migrate`: brings the tables of DATABASE_URL up to date. The service does the same when it starts.

import { StartupError } from "../lib/errors.ts";
import { parsePostgresAddress } from "../lib/store/postgres_address.ts";
import { migrateDatabase } from "../lib/store/postgres_store.ts";

const usage = `Usage: DATABASE_URL=postgres://user:password@host:5432/database deno task migrate

Applies each file of migrations/ that the database does not have yet, in order of name. None is ever taken back.
The user must be allowed to make tables; the service itself needs no more than to read and write them:
start it as another user once this was run, if you like.`;

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help") || args.includes("-h")) return console.info(usage);
  if (args.length > 0) throw new StartupError(`Unknown argument ${args[0]}.\n\n${usage}`);
  const url = Deno.env.get("DATABASE_URL");
  if (!url) throw new StartupError(`DATABASE_URL is not set.\n\n${usage}`);

  const address = parsePostgresAddress(url);
  const applied = await migrateDatabase(address);
  for (const name of applied) console.info(`Applied ${name}`);
  console.info(`The tables at ${address.shown} are up to date.`);
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
