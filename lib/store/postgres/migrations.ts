// Owns the migrations: applies each file of migrations/ once, in the order of the names. Never reverts one.

import { StartupError } from "../../errors.ts";
import type { Sql } from "./client.ts";
import { codeOf } from "./errors.ts";

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

const ownFolder = new URL("../../../migrations/", import.meta.url);
const namePattern = /^\d{4}_[a-z0-9_]+\.sql$/;

/** The lock for changes of tables. Any number, but the same in every version. */
const lockKey = 7_160_201;

/** While a migration waits for a table, all requests wait behind it. So it gives up soon; the next start tries again. */
const lockTimeoutMs = 2_000;

const uniqueViolation = "23505";

/** SQLSTATE of faults in the statements or the data. A missing right to create tables is not one of them. */
const faultStates = /^(?:2[0-7]|42(?!501))/;

/**
 * Returns the names of the files that it applied. An older version of the service may run on newer tables, so that
 * instances can be replaced one after the other. Throws a StartupError if an applied file has changed.
 */
export async function migrate(sql: Sql, folder: URL = ownFolder): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const applied: string[] = [];
  for (;;) {
    const next = await firstPending(sql, migrations);
    if (!next) return applied;
    if (await apply(sql, next)) applied.push(next.name);
  }
}

/** Changes nothing, so that an instance without the right to create tables can start if all migrations are applied. */
async function firstPending(
  sql: Sql,
  migrations: readonly Migration[],
): Promise<Migration | undefined> {
  const checksums = await appliedChecksums(sql);
  const edited = migrations.find(({ name, checksum }) =>
    checksums.has(name) && checksums.get(name) !== checksum
  );
  if (edited) {
    throw new StartupError(
      `The migration ${edited.name} was changed after it was applied: restore it, and put the change into a new file.`,
    );
  }
  return migrations.find(({ name }) => !checksums.has(name));
}

async function appliedChecksums(sql: Sql): Promise<Map<string, string>> {
  const [found] = await sql`select to_regclass('schema_migrations') is not null as found`;
  if (!found?.found) return new Map();
  const rows = await sql<{ name: string; checksum: string }[]>`
    select name, checksum from schema_migrations`;
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/**
 * Sends several statements in one message, which Postgres runs as one transaction. False: another instance applied the
 * migration while this one waited for the lock.
 */
async function apply(sql: Sql, { name, text, checksum }: Migration): Promise<boolean> {
  try {
    // Names and checksums have only characters that are safe in SQL.
    await sql.unsafe(`
      select pg_advisory_xact_lock(${lockKey});
      set local lock_timeout = ${lockTimeoutMs};
      create table if not exists schema_migrations (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
      );
      insert into schema_migrations (name, checksum) values ('${name}', '${checksum}');
      ${text}`).simple();
    return true;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (code === uniqueViolation && (await appliedChecksums(sql)).has(name)) return false;
    if (!faultStates.test(code) || !(error instanceof Error)) throw error;
    throw new StartupError(
      `The migration ${name} failed, nothing of it was done: ${error.message}`,
    );
  }
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await namesIn(folder)).filter((name) => namePattern.test(name)).sort();
  return Promise.all(names.map(async (name) => {
    // A checkout on Windows may have other line ends.
    const text = (await Deno.readTextFile(new URL(name, folder))).replaceAll("\r\n", "\n");
    return { name, text, checksum: await checksumOf(text) };
  }));
}

async function namesIn(folder: URL): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (cause) {
    throw new StartupError(
      `The folder ${folder.pathname} cannot be read: it must be there, and Deno allowed to read it.`,
      { cause },
    );
  }
}

async function checksumOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
