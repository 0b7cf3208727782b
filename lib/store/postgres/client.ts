// Owns how Postgres is called: a pool of connections, a deadline for each statement. Knows no tables.

import postgres from "postgres";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { PostgresAddress } from "./address.ts";
import { codeOf, translated, unavailable } from "./errors.ts";

export type Sql = postgres.Sql;
export type Fragment = postgres.Fragment;

export interface PostgresClient {
  /**
   * Runs one statement, which is a transaction of its own. A Problem `unavailable` when Postgres does not answer: whether
   * a change was done is then unknown, but never done by half.
   */
  run<Row extends object>(
    statement: (sql: Sql) => postgres.PendingQuery<Row[]>,
  ): Promise<postgres.RowList<Row[]>>;
  close(): Promise<void>;
}

/** From the call to the answer, the wait for a free connection included. */
const answerTimeoutMs = 5_000;

/** The server gives up first, so that a statement that waits for a lock leaves its connection sound. */
export const defaultStatementTimeoutMs = 4_500;

const connectTimeoutSeconds = 2;
const keepAliveSeconds = 60;

/** Connections are renewed now and then, so that they follow a server that moved. */
const connectionLifeSeconds = 1_800;

/** A constant short pause: the driver's own grows to 20 s, which outlasts most restarts. */
const reconnectPauseSeconds = 0.2;

/** A pool that is let go may finish what is under way for so long. */
const endTimeoutSeconds = 0.5;

const connectionsMax = 4;

/** More statements at once are refused: they would pass the deadline anyway. */
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

  /** The driver may lose a connection for good when it breaks at a bad moment; a new pool has none such. */
  function replace(lost: Sql): void {
    if (lost !== pool || closed) return;
    log.warn("Postgres did not answer in time; its connections are opened anew");
    pool = openPool();
    lost.end({ timeout: endTimeoutSeconds }).catch((error) => {
      log.warn({ err: translated(error) }, "Old connections to Postgres could not be ended");
    });
  }

  async function inTime<T>(answer: Promise<T>): Promise<T> {
    let cancel = () => {};
    const deadline = new Promise<never>((_, reject) => {
      cancel = clock.after(answerTimeoutMs, () => reject(new AnswerTimeout()));
    });
    try {
      return await Promise.race([answer, deadline]);
    } finally {
      cancel();
    }
  }

  return {
    async run(statement) {
      if (closed) throw unavailable(new Error("The Postgres store is closed"));
      if (running >= statementsMax) throw unavailable(new Error("Too many statements at once"));
      const used = pool;
      running++;
      try {
        return await inTime(statement(used));
      } catch (error) {
        if (error instanceof AnswerTimeout || codeOf(error) === "CONNECT_TIMEOUT") replace(used);
        throw error instanceof AnswerTimeout ? unavailable(error) : translated(error);
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

class AnswerTimeout extends Error {
  constructor() {
    super(`Postgres did not answer within ${answerTimeoutMs} ms`);
  }
}

export interface ConnectOptions {
  readonly connectionsMax: number;
  /** 0: as long as the server's own settings allow. */
  readonly statementTimeoutMs: number;
  /** 0: for good, so that a long transaction can end. */
  readonly lifeSeconds?: number;
}

/**
 * Every option is given, so that no PG* variable of the environment has a say. The driver reads two of them all the same:
 * PGAPPNAME without effect, and PGTARGETSESSIONATTRS, which it also heeds.
 */
export function connectPostgres(
  { host, port, database, user, password, tls, prepare }: PostgresAddress,
  { connectionsMax, statementTimeoutMs, lifeSeconds = connectionLifeSeconds }: ConnectOptions,
): Sql {
  const options = {
    host,
    port,
    path: host.startsWith("/") ? `${host}/.s.PGSQL.${port}` : undefined,
    database,
    user,
    // A function, because an empty password would be looked up in the environment.
    password: () => password,
    // Without the host, the driver would hold the certificate of an address against "localhost".
    ssl: tls === "verify-full" ? { host } : tls,
    sslnegotiation: null,
    max: connectionsMax,
    // One statement a connection at a time: a connection that breaks takes no others down with its own.
    max_pipeline: 0,
    prepare,
    // Reading the server's types would be one more statement a connection, and none of them is needed.
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
      ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs }),
    },
  };
  return postgres(options);
}
