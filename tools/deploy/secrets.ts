// Owns `deno task secrets`: writes the secrets that docker-compose.yml needs into .env.

import { randomBytes } from "node:crypto";
import { createKeySet } from "../../lib/auth/sessions/signing_keys.ts";
import { StartupError } from "../../lib/errors.ts";
import { runTask, UsageError } from "../shared/task.ts";

const usage = `Usage: deno task secrets

Writes new random secrets into the file .env, which docker compose reads. Never replaces an existing file: Postgres keeps
the password with which its volume was made, and the keys sign the present sign-ins.`;

const file = ".env";
/** 192 bits. */
const secretBytes = 24;

async function main(args: readonly string[]): Promise<void> {
  if (args.length > 0) throw new UsageError("The task takes no arguments.");
  const secrets = {
    // In single quotes compose takes the value as it is.
    JWT_KEYS: `'${await createKeySet(undefined)}'`,
    POSTGRES_PASSWORD: newSecret(),
    UPSTASH_REDIS_REST_TOKEN: newSecret(),
  };
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  try {
    await Deno.writeTextFile(file, lines.join(""), { createNew: true, mode: 0o600 });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) throw cause;
    throw new StartupError(`The file ${file} exists already, and was not changed.`, { cause });
  }
  console.info(`Wrote ${Object.keys(secrets).join(", ")} into ${file}. Keep it secret.`);
}

/** Letters and digits alone, because it becomes part of an address. */
function newSecret(): string {
  return randomBytes(secretBytes).toString("hex");
}

if (import.meta.main) await runTask(usage, main);
