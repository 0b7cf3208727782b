// Owns the environment: the only reader of it. Reports every fault at once.

import { StartupError } from "./errors.ts";
import { type LogLevel, logLevels } from "./log.ts";
import type { QuoteSource, SourceDefinition, SourceDeps } from "./sources/source.ts";

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string | undefined;
  /** A file, ":memory:", or a KV Connect URL; undefined: the edge platform's own. */
  readonly kvPath: string | undefined;
  readonly redis: { readonly url: string; readonly token: string } | undefined;
  /** In order: the first is asked, the others stand in for it. */
  readonly sources: readonly ((deps: SourceDeps) => QuoteSource)[];
  readonly pollIntervalMs: number;
  readonly callsPerMinute: number | undefined;
  readonly callsPerDay: number | undefined;
  /** JSON text of a private JWK set. */
  readonly jwtKeys: string | undefined;
  readonly production: boolean;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: number;
  readonly tls: { readonly certPath: string; readonly keyPath: string } | undefined;
  readonly socketsPerIp: number;
  readonly socketsPerUser: number;
  readonly registrationsPerHour: number;
  readonly logLevel: LogLevel;
  readonly drainMs: number;
  readonly role: "all" | "web" | "worker";
}

export interface Variable {
  readonly name: string;
  /** As README's table shows it; "-" is unset. */
  readonly fallback: string;
  readonly meaning: string;
}

/** Every variable but those of the quote sources, which declare their own. */
export const variables = [
  v("PORT", "8000", "port to listen on"),
  v("HOST", "127.0.0.1", "address to listen on"),
  v("DATABASE_URL", "-", "Postgres; unset: Deno KV"),
  v("KV_PATH", "data/quoteboard.kv", "KV file, `:memory:`, or a KV Connect URL"),
  v("DENO_KV_ACCESS_TOKEN", "-", "token of the KV Connect server (read by Deno itself)"),
  v("UPSTASH_REDIS_REST_URL", "-", "Redis over REST; unset: in-process bus"),
  v("UPSTASH_REDIS_REST_TOKEN", "-", "its token"),
  v("QUOTE_SOURCE", "simulated", "where prices come from; a comma list fails over in order"),
  v("POLL_INTERVAL_MS", "5000", "time between two ticks"),
  v("CALLS_PER_MINUTE", "-", "most upstream calls a minute"),
  v("CALLS_PER_DAY", "-", "most upstream calls a day"),
  v("JWT_KEYS", "made at first start", "private JWK set (Ed25519); required in production"),
  v("APP_ENV", "development", "`production`: no demo users, Secure cookies, JWT_KEYS required"),
  v("ALLOWED_ORIGINS", "-", "comma list of other web origins that may call the API"),
  v("TRUST_PROXY", "0", "number of reverse proxies whose X-Forwarded-For is believed"),
  v("TLS_CERT", "-", "certificate chain (PEM file), for TLS in the process itself"),
  v("TLS_KEY", "-", "its private key (PEM file)"),
  v("SOCKETS_PER_IP", "1000", "most open sockets an address"),
  v("SOCKETS_PER_USER", "20", "most open sockets a user; the oldest goes"),
  v("REGISTRATIONS_PER_HOUR", "60", "most new accounts an hour an address"),
  v("LOG_LEVEL", "info", "silent, error, warn, info or debug"),
  v("DRAIN_MS", "10000", "time to let sockets go at shutdown (4000 on an edge runtime)"),
  v("ROLE", "all", "all, web or worker"),
  v("EDGE", "-", "`1`: behave as on an edge runtime: KV in memory, drained within 4 s"),
] as const;

type Name = typeof variables[number]["name"];

function v<const N extends string>(name: N, fallback: string, meaning: string) {
  return { name, fallback, meaning };
}

/** On an edge runtime SIGKILL follows SIGINT after 5 s. */
const edgeDrainMsMax = 4_000;

export interface LoadOptions {
  readonly sources: readonly SourceDefinition[];
  readonly read?: (name: string) => string | undefined;
}

/** Throws a StartupError that names every fault. */
export function loadConfig({ sources, read = (name) => Deno.env.get(name) }: LoadOptions): Config {
  const faults: string[] = [];
  const env = createReader(read, faults);

  const production = env.choice("APP_ENV", ["development", "production"]) === "production";
  const onPlatform = read("DENO_DEPLOYMENT_ID") !== undefined;
  const edge = onPlatform || env.choice("EDGE", ["0", "1"]) === "1";
  const kvDefault = onPlatform ? undefined : edge ? ":memory:" : "data/quoteboard.kv";
  const drainMs = env.integer("DRAIN_MS", { min: 0, max: 600_000, fallback: 10_000 });

  const config: Config = {
    port: env.integer("PORT", { min: 0, max: 65_535, fallback: 8000 }),
    host: env.text("HOST") ?? "127.0.0.1",
    databaseUrl: env.text("DATABASE_URL"),
    kvPath: env.text("KV_PATH") ?? kvDefault,
    redis: env.pair("UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN", (url, token) => ({
      url,
      token,
    })),
    sources: configureSources(env.list("QUOTE_SOURCE", ["simulated"]), {
      sources,
      read: env.raw,
      faults,
    }),
    pollIntervalMs: env.integer("POLL_INTERVAL_MS", { min: 1_000, max: 60_000, fallback: 5_000 }),
    callsPerMinute: env.optionalInteger("CALLS_PER_MINUTE"),
    callsPerDay: env.optionalInteger("CALLS_PER_DAY"),
    jwtKeys: env.text("JWT_KEYS"),
    production,
    allowedOrigins: env.list("ALLOWED_ORIGINS", []).map((text) => originOf(text, faults)),
    trustedProxies: env.integer("TRUST_PROXY", { min: 0, max: 10, fallback: 0 }),
    tls: env.pair("TLS_CERT", "TLS_KEY", (certPath, keyPath) => ({ certPath, keyPath })),
    socketsPerIp: env.integer("SOCKETS_PER_IP", { min: 1, max: 1_000_000, fallback: 1_000 }),
    socketsPerUser: env.integer("SOCKETS_PER_USER", { min: 1, max: 10_000, fallback: 20 }),
    registrationsPerHour: env.integer("REGISTRATIONS_PER_HOUR", {
      min: 1,
      max: 1_000_000,
      fallback: 60,
    }),
    logLevel: env.choice("LOG_LEVEL", logLevels, "info"),
    drainMs: edge ? Math.min(drainMs, edgeDrainMsMax) : drainMs,
    role: env.choice("ROLE", ["all", "web", "worker"]),
  };

  if (60_000 % config.pollIntervalMs !== 0) {
    faults.push("POLL_INTERVAL_MS must divide a minute evenly, such as 5000 or 10000.");
  }
  if (production && !config.jwtKeys) {
    faults.push("JWT_KEYS is required when APP_ENV is production (a private Ed25519 JWK set).");
  }
  if (config.role === "web" && !config.redis) {
    faults.push(
      "ROLE web needs UPSTASH_REDIS_REST_URL: without it no price comes from the worker.",
    );
  }
  if (faults.length > 0) throw new StartupError(faults.join("\n"));
  return config;
}

/** Reads single variables; an empty text counts as unset. Values never stand in a fault: they may be secret. */
function createReader(read: (name: string) => string | undefined, faults: string[]) {
  const raw = (name: string) => read(name)?.trim() || undefined;
  const text = (name: Name) => raw(name);

  function optionalInteger(name: Name, { min = 1, max = 1_000_000_000 } = {}): number | undefined {
    const value = text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    faults.push(`${name} must be a whole number from ${min} to ${max}.`);
    return undefined;
  }

  return {
    raw,
    text,
    optionalInteger,
    integer(name: Name, { fallback, ...range }: { min: number; max: number; fallback: number }) {
      return optionalInteger(name, range) ?? fallback;
    },
    choice<const T extends string>(
      name: Name,
      choices: readonly [T, ...T[]],
      fallback: T = choices[0],
    ): T {
      const value = text(name);
      const found = choices.find((choice) => choice === value);
      if (value !== undefined && !found) faults.push(`${name} must be ${choices.join(" or ")}.`);
      return found ?? fallback;
    },
    list(name: Name, fallback: readonly string[]): readonly string[] {
      const items = text(name)?.split(",").map((item) => item.trim()).filter(Boolean);
      if (items?.length === 0) faults.push(`${name} must name at least one.`);
      return items ?? fallback;
    },
    pair<T>(first: Name, second: Name, make: (a: string, b: string) => T): T | undefined {
      const [a, b] = [text(first), text(second)];
      if (a && b) return make(a, b);
      if (a || b) faults.push(`${first} and ${second} must be set together.`);
      return undefined;
    },
  };
}

function configureSources(
  names: readonly string[],
  { sources, read, faults }: {
    sources: readonly SourceDefinition[];
    read: (name: string) => string | undefined;
    faults: string[];
  },
): Config["sources"] {
  function required(name: string): string {
    const value = read(name);
    if (!value) faults.push(`${name} is required by the chosen QUOTE_SOURCE.`);
    return value ?? "";
  }

  return names.flatMap((name) => {
    const definition = sources.find((source) => source.name === name);
    if (!definition) {
      const known = sources.map((source) => source.name).join(", ");
      faults.push(`QUOTE_SOURCE must name known sources (${known}).`);
      return [];
    }
    return [definition.configure({
      text: required,
      optionalText: read,
      url(variable, fallback) {
        const value = read(variable) ?? fallback ?? required(variable);
        if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return new URL(value);
        if (value) faults.push(`${variable} must be an http or https address.`);
        return new URL("http://invalid.invalid/");
      },
    })];
  });
}

function originOf(text: string, faults: string[]): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  faults.push(
    `ALLOWED_ORIGINS: "${text}" is no origin such as https://example.com, without a path.`,
  );
  return text;
}
