import assert from "node:assert/strict";
import postgres from "postgres";
import { Problem, StartupError } from "../../errors.ts";
import { parsePostgresAddress } from "./address.ts";
import { startupErrorOf, translated } from "./errors.ts";

const address = parsePostgresAddress("postgres://me:geheim@db.example.com/quotes");

Deno.test("faults of the network and the server make the service unavailable", () => {
  const driver = ["CONNECTION_CLOSED", "CONNECT_TIMEOUT", "ECONNRESET", "EPIPE"];
  const tls = ["CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"];
  const server = ["57P01", "57014", "40P01", "53300", "08006", "25006", "55P03", "28P01"];
  const errors = [...[...driver, ...tls].map(errorOf), ...server.map(postgresErrorOf)];
  for (const error of errors.map(translated)) {
    assert.ok(error instanceof Problem);
    assert.equal(error.code, "unavailable");
    assert.deepEqual(error.headers, { "Retry-After": "1" });
  }
});

Deno.test("a mistake in our own code does not count as unavailable", () => {
  const mistakes = [
    errorOf("UNDEFINED_VALUE"),
    errorOf("ERR_INVALID_ARG_TYPE"),
    new TypeError("read of null"),
    ...["42601", "23505", "23514", "22P02", "XX000"].map(postgresErrorOf),
  ];
  for (const mistake of mistakes) assert.ok(!(translated(mistake) instanceof Problem));
});

Deno.test("an error at start says what the operator can do", () => {
  const sentences = {
    "28000":
      "does not let the user me in from here: see its pg_hba.conf, and whether it demands TLS (sslmode=require).",
    "57P03": "is still starting: try again in a moment.",
    "53300": "has no connection left: raise its max_connections, or use a pooler.",
    "55P03":
      "has a table in use that a migration needs: try again when the other transaction has ended.",
    "25006": "is a read-only standby: set DATABASE_URL to the primary.",
    "0A000": "cannot be used: told 0A000 (0A000).",
  };
  for (const [state, sentence] of Object.entries(sentences)) {
    const { message } = startupErrorOf(postgresErrorOf(state), address);
    assert.equal(message, `Postgres at db.example.com:5432/quotes ${sentence}`);
  }
  assert.equal(
    startupErrorOf(errorOf("ENOTFOUND"), address).message,
    "Postgres at db.example.com:5432/quotes cannot be found: check the host in DATABASE_URL.",
  );
  const own = new StartupError("Already a sentence.");
  assert.equal(startupErrorOf(own, address), own);
});

function errorOf(code: string): Error {
  return Object.assign(new Error(`told ${code}`), { code });
}

function postgresErrorOf(code: string): Error {
  const error: Error = Object.create(postgres.PostgresError.prototype);
  return Object.assign(error, { code, message: `told ${code}` });
}
