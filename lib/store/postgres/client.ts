// Owns calls of Postgres: a pool of connections and a deadline for each statement. Knows no tables.

import postgres from "postgres";
import type { Clock } from "../../clock.ts";
import { DeadlineError, within } from "../../deadline.ts";
import type { Log } from "../../log.ts";
import type { PostgresAddress } from "./address.ts";
import { codeOf, translated, unavailable } from "./errors.ts";

export type Sql = postgres.Sql;
export type Fragment = postgres.Fragment;

export interface PostgresClient {
  /**
   * Runs one statement, which is a transaction of its own. Throws a Problem `unavailable` if Postgres does not answer: it
   * is then unknown whether a change was done, but it was done completely or not at all.
   */
  run<Row extends object>(
    statement: (sql: Sql) => postgres.PendingQuery<Row[]>,
  ): Promise<postgres.RowList<Row[]>>;
  close(): Promise<void>;
}

/** From the call to the answer, including the wait for a free connection. */
const answerTimeoutMs = 5_000;

/** Less than the deadline, so that the server cancels a statement that waits for a lock and the connection stays usable. */
export const defaultStatementTimeoutMs = 4_500;

const connectTimeoutSeconds = 2;
const keepAliveSeconds = 60;

/** Connections are renewed after this time, so that they follow a server that moved. */
const connectionLifeSeconds = 1_800;

/** A constant short pause. The default of the driver grows to 20 s, longer than most restarts. */
const reconnectPauseSeconds = 0.2;

/** How long a pool that is closed may finish its running statements. */
const endTimeoutSeconds = 0.5;

const connectionsMax = 4;

/** More statements at the same time are refused, because they would miss the deadline. */
const statementsMax = 2_000;

export interface PostgresClientOptions {
  readonly address: PostgresAddress;
  readonly statementTimeoutMs?: number;
  readonly clock: Clock;
  readonly log: Log;
}

export function createPostgresClient(
  { address, clock, log, statementTimeoutMs = defaultStatementTimeoutMs }: PostgresClientOptions,
): PostgresClient {
  let pool = openPool();
  let running = 0;
  let closed = false;

  function openPool(): Sql {
    return connectPostgres(address, { connectionsMax, statementTimeoutMs });
  }

  /** The driver may never reopen a connection that broke at a bad moment, so the whole pool is replaced. */
  function replace(lost: Sql): void {
    if (lost !== pool || closed) return;
    log.warn("Postgres did not answer in time; its connections are replaced");
    pool = openPool();
    lost.end({ timeout: endTimeoutSeconds }).catch((error) => {
      log.warn({ err: translated(error) }, "Old connections to Postgres could not be ended");
    });
  }

  return {
    async run(statement) {
      if (closed) throw unavailable(new Error("The Postgres store is closed"));
      if (running >= statementsMax) throw unavailable(new Error("Too many statements at once"));
      const used = pool;
      running++;
      try {
        return await within(statement(used), {
          clock,
          ms: answerTimeoutMs,
          what: "The answer of Postgres",
        });
      } catch (error) {
        if (error instanceof DeadlineError || codeOf(error) === "CONNECT_TIMEOUT") replace(used);
        throw error instanceof DeadlineError ? unavailable(error) : translated(error);
      } finally {
        running--;
      }
    },
    async close() {
      closed = true;
      await pool.end({ timeout: endTimeoutSeconds });
    },
  };
}

export interface ConnectOptions {
  readonly connectionsMax: number;
  /** 0: the settings of the server apply. */
  readonly statementTimeoutMs: number;
  /** 0: unlimited, for a long transaction. */
  readonly lifeSeconds?: number;
}

/**
 * Every option is set, so that the driver uses no PG* variable of the environment. It reads two of them anyway: PGAPPNAME,
 * without effect, and PGTARGETSESSIONATTRS, which has an effect.
 */
export function connectPostgres(
  { host, port, database, user, password, tls, prepare, options: session }: PostgresAddress,
  { connectionsMax, statementTimeoutMs, lifeSeconds = connectionLifeSeconds }: ConnectOptions,
): Sql {
  const options = {
    host,
    port,
    path: host.startsWith("/") ? `${host}/.s.PGSQL.${port}` : undefined,
    database,
    user,
    // A function, because the driver replaces an empty password by a variable of the environment.
    password: () => password,
    // Without the host, the driver compares the certificate with "localhost".
    ssl: tls === "verify-full" ? { host } : tls,
    sslnegotiation: null,
    max: connectionsMax,
    // One statement at a time on each connection, so that a broken connection fails only one statement.
    max_pipeline: 0,
    prepare,
    // The types of the server are not needed, and reading them is one more statement for each connection.
    fetch_types: false,
    backoff: () => reconnectPauseSeconds,
    connect_timeout: connectTimeoutSeconds,
    idle_timeout: undefined,
    max_lifetime: lifeSeconds,
    target_session_attrs: undefined,
    keep_alive: keepAliveSeconds,
    debug: false,
    publications: "",
    onnotice() {},
    connection: {
      application_name: "quoteboard",
      ...(session !== undefined && { options: session }),
      ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs }),
    },
  };
  return postgres(options);
}
