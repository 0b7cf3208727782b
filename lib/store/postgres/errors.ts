// Owns the meaning of errors of Postgres: for the client of the service, for the log, and for the operator at start.

import postgres from "postgres";
import { Problem, StartupError } from "../../errors.ts";
import type { PostgresAddress } from "./address.ts";

/** SQLSTATE classes and codes of faults that end by themselves, or that only the operator can end. */
const troubleStates = /^(?:08|28|3D|40|53|57|58)|^(?:25006|55P03)$/;

/** Codes of the driver for mistakes in this code. Its other codes, and those of network and TLS, mean that Postgres is unreachable. */
const mistakeCodes = /^(?:UNDEFINED_|MAX_PARAMETERS_|NOT_TAGGED_|UNSAFE_|ERR_INVALID_|ERR_OUT_OF_)/;

/** A text has U+0000, which Postgres cannot store. The second code is for a text within JSON. */
const characterNotStorable: readonly (string | undefined)[] = ["22021", "22P05"];

export function unavailable(cause: Error): Problem {
  return new Problem("unavailable", { headers: { "Retry-After": "1" }, cause });
}

/** The error to throw instead: the original one has the statement and its parameters, which must not reach the log. */
export function translated(error: unknown): Error {
  const code = codeOf(error);
  const fault = new Error(`Postgres failed: ${code ?? nameOf(error)}${constraintOf(error)}`);
  if (isTrouble(error)) return unavailable(fault);
  if (!characterNotStorable.includes(code)) return fault;
  return new Problem("bad_request", { detail: "Text must not contain U+0000.", cause: fault });
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function isTrouble(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return false;
  return error instanceof postgres.PostgresError
    ? troubleStates.test(code)
    : !mistakeCodes.test(code);
}

function constraintOf(error: unknown): string {
  const name = error instanceof postgres.PostgresError ? error.constraint_name : undefined;
  return name ? ` (${name})` : "";
}

/** Says in one sentence what the operator can do. */
export function startupErrorOf(error: unknown, address: PostgresAddress): StartupError {
  if (error instanceof StartupError) return error;
  return new StartupError(`Postgres at ${address.shown} ${sentenceOf(error, address)}`);
}

function sentenceOf(error: unknown, { user, database, tls }: PostgresAddress): string {
  const code = codeOf(error) ?? "";
  switch (code) {
    case "28000":
      return `does not let the user ${user} in from here: see its pg_hba.conf, and whether it demands TLS (sslmode=require).`;
    case "28P01":
      return `refuses the user ${user}: check the name and the password in DATABASE_URL.`;
    case "3D000":
      return `has no database ${database}: create it, or name another one in DATABASE_URL.`;
    case "42501":
      return `lets the user ${user} make no tables: run "deno task migrate" as one who may, or grant it.`;
    case "57P03":
      return "is still starting: try again in a moment.";
    case "53300":
      return "has no connection left: raise its max_connections, or use a pooler.";
    case "55P03":
      return "has a table in use that a migration needs: try again when the other transaction has ended.";
    case "25006":
      return "is a read-only standby: set DATABASE_URL to the primary.";
    case "ECONNREFUSED":
      return "takes no connections: start it, or check the host and port in DATABASE_URL.";
    case "ENOTFOUND":
      return "cannot be found: check the host in DATABASE_URL.";
    case "CONNECT_TIMEOUT":
      return "did not answer: check the host and port in DATABASE_URL, and that a server runs there.";
  }
  if (error instanceof postgres.PostgresError) {
    return `cannot be used: ${error.message} (${code}).`;
  }
  const hint = tls ? "whether it takes TLS (sslmode)" : "whether it demands TLS (sslmode=require)";
  const name = code || (error instanceof Error ? error.message : String(error));
  return `cannot be reached (${name}): check that a server runs there, and ${hint}.`;
}
