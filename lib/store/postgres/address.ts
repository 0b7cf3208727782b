// Owns parsing DATABASE_URL: the address of Postgres and the user. Opens no connection.

import { StartupError } from "../../errors.ts";

export interface PostgresAddress {
  /** A host name or address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: false | "prefer" | "require" | "verify-full";
  /** False behind a pooler that does not support prepared statements. */
  readonly prepare: boolean;
  /** Settings of the session as the server's command line takes them, such as `-c search_path=quotes`. */
  readonly options: string | undefined;
  /** For the operator: without the password. */
  readonly shown: string;
}

const defaultPort = 5432;

const tlsModes: Readonly<Record<string, PostgresAddress["tls"]>> = {
  disable: false,
  allow: "prefer",
  prefer: "prefer",
  require: "require",
  "verify-ca": "verify-full",
  "verify-full": "verify-full",
};

/**
 * Takes `postgres://user:password@host:port/database` with the parameters `host`, `sslmode`, `prepare` and `options`;
 * ignores other parameters. Throws a StartupError that shows no part of a malformed address.
 */
export function parsePostgresAddress(text: string): PostgresAddress {
  const url = URL.parse(text);
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol)) throw malformed();
  const parameters = url.searchParams;
  const host = decoded(parameters.get("host") ?? url.hostname);
  const user = decoded(url.username);
  const tls = tlsModes[parameters.get("sslmode") ?? "disable"];
  if (!host || !user || tls === undefined) throw malformed();
  if (host.startsWith("[")) {
    throw new StartupError("DATABASE_URL must name its host: the driver takes no IPv6 address.");
  }
  const port = Number(url.port || defaultPort);
  const database = decoded(url.pathname.slice(1)) || user;
  return {
    host,
    port,
    database,
    user,
    password: decoded(url.password),
    tls,
    prepare: parameters.get("prepare") !== "false",
    options: parameters.get("options") ?? undefined,
    shown: `${host}:${port}/${database}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed();
  }
}

function malformed(): StartupError {
  return new StartupError(
    "DATABASE_URL must be like postgres://user:password@host:5432/database, " +
      "optionally with ?sslmode=require or verify-full.",
  );
}
