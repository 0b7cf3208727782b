// Owns the configuration: every variable with its default, stated once. The only reader of the environment; reports every fault at once.

import {
  choice,
  type ConfigReader,
  createConfigReader,
  type Documented,
  type Environment,
  flag,
  integer,
  list,
  optionalInteger,
  optionalText,
  textVariable,
} from "./config_reader.ts";
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
  /** In the order of failover: the first is asked as long as it answers. */
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
  readonly registration: "open" | "closed" | "invite";
  readonly memoryMaxMb: number | undefined;
  readonly kernelLimits: string | undefined;
  readonly metricsToken: string | undefined;
  readonly logLevel: LogLevel;
  readonly drainMs: number;
  readonly role: "all" | "web" | "worker";
  /** False: this process makes no paid call. The timelines of branches and previews run beside production. */
  readonly polls: boolean;
  /** Development: open pages load again when they meet a process of another build. */
  readonly devBuild: string | undefined;
}

/** Every variable but those of the quote sources, which declare their own. */
const declared = {
  port: integer("PORT", { fallback: 8000, min: 0, max: 65_535, meaning: "port to listen on" }),
  host: textVariable("HOST", { fallback: "127.0.0.1", meaning: "address to listen on" }),
  databaseUrl: optionalText("DATABASE_URL", { meaning: "Postgres; unset: Deno KV" }),
  kvPath: textVariable("KV_PATH", {
    fallback: "data/quoteboard.kv",
    meaning: "KV file, `:memory:`, or a KV Connect URL",
  }),
  kvToken: optionalText("DENO_KV_ACCESS_TOKEN", {
    meaning: "token of the KV Connect server (read by Deno itself)",
  }),
  redisUrl: optionalText("UPSTASH_REDIS_REST_URL", {
    meaning: "Redis over REST; unset: in-process bus",
  }),
  redisToken: optionalText("UPSTASH_REDIS_REST_TOKEN", { meaning: "its token" }),
  sources: list("QUOTE_SOURCE", {
    fallback: ["simulated"],
    meaning: "where prices come from; a comma list fails over in order",
  }),
  pollIntervalMs: integer("POLL_INTERVAL_MS", {
    fallback: 5000,
    min: 1_000,
    max: 60_000,
    meaning: "time between two ticks",
  }),
  callsPerMinute: optionalInteger("CALLS_PER_MINUTE", {
    min: 1,
    max: 1_000_000_000,
    meaning: "most upstream calls a minute; unset: as the source limits them",
  }),
  callsPerDay: optionalInteger("CALLS_PER_DAY", {
    min: 1,
    max: 1_000_000_000,
    meaning: "most upstream calls a day, spread over it; unset: as the source limits them",
  }),
  jwtKeys: optionalText("JWT_KEYS", {
    fallback: "made at first start",
    meaning: "private JWK set (Ed25519); required in production: `deno task keys`",
  }),
  appEnv: choice("APP_ENV", {
    choices: ["development", "production"],
    fallback: "development",
    meaning: "`production`: no demo users, Secure cookies, JWT_KEYS required",
  }),
  allowedOrigins: list("ALLOWED_ORIGINS", {
    fallback: [],
    meaning: "comma list of other web origins that may call the API",
  }),
  trustedProxies: integer("TRUST_PROXY", {
    fallback: 0,
    min: 0,
    max: 10,
    meaning: "number of reverse proxies whose X-Forwarded-For is believed",
  }),
  tlsCert: optionalText("TLS_CERT", {
    meaning: "certificate chain (PEM file), for TLS in the process itself",
  }),
  tlsKey: optionalText("TLS_KEY", { meaning: "its private key (PEM file)" }),
  socketsPerIp: integer("SOCKETS_PER_IP", {
    fallback: 1000,
    min: 1,
    max: 1_000_000,
    meaning: "most open sockets an address",
  }),
  socketsPerUser: integer("SOCKETS_PER_USER", {
    fallback: 20,
    min: 1,
    max: 10_000,
    meaning: "most open sockets a user; the oldest goes",
  }),
  registrationsPerHour: integer("REGISTRATIONS_PER_HOUR", {
    fallback: 60,
    min: 1,
    max: 1_000_000,
    meaning: "most new accounts an hour an address",
  }),
  registration: choice("REGISTRATION", {
    choices: ["open", "closed", "invite"],
    fallback: "open",
    meaning: "open, closed or invite (`deno task users:invite`)",
  }),
  memoryMaxMb: optionalInteger("MEMORY_MAX_MB", {
    fallback: "from the kernel",
    min: 64,
    max: 1_000_000_000,
    meaning: "memory limit: refuses work at 80 %, exits with 1 at 100 %",
  }),
  kernelLimits: optionalText("KERNEL_LIMITS", {
    meaning: "set by the start tasks: what the kernel says of memory and files",
  }),
  metricsToken: optionalText("METRICS_TOKEN", {
    meaning: "bearer token of /metrics; unset: private networks in production",
  }),
  logLevel: choice("LOG_LEVEL", {
    choices: logLevels,
    fallback: "info",
    meaning: "silent, error, warn, info or debug",
  }),
  drainMs: integer("DRAIN_MS", {
    fallback: 10_000,
    min: 0,
    max: 600_000,
    meaning: "time to let sockets go at shutdown (4000 on an edge runtime)",
  }),
  role: choice("ROLE", {
    choices: ["all", "web", "worker"],
    fallback: "all",
    meaning: "all, web or worker",
  }),
  edge: flag("EDGE", {
    meaning: "`1`: behave as on an edge runtime: KV in memory, drained within 4 s",
  }),
  devBuild: optionalText("DEV_BUILD", {
    meaning: "set by `deno task dev`: open pages load again when it changes",
  }),
};

/** In the order of README's table. */
export const variables: readonly Documented[] = Object.values(declared);

/** On an edge runtime SIGKILL follows SIGINT after 5 s. */
const edgeDrainMsMax = 4_000;

export interface LoadOptions extends Partial<Environment> {
  readonly sources: readonly SourceDefinition[];
}

/** Throws a StartupError that names every fault. */
export function loadConfig({ sources, ...environment }: LoadOptions): Config {
  const env = createConfigReader({ read: (name) => Deno.env.get(name), ...environment });
  const onPlatform = env.text("DENO_DEPLOYMENT_ID") !== undefined;
  const edge = onPlatform || env.value(declared.edge);
  const role = env.value(declared.role);
  const drainMs = env.value(declared.drainMs);
  const redis = env.pair(declared.redisUrl, declared.redisToken);
  const tls = env.pair(declared.tlsCert, declared.tlsKey);

  const config: Config = {
    port: env.value(declared.port),
    host: env.value(declared.host),
    databaseUrl: env.value(declared.databaseUrl),
    kvPath: kvPathOf(env, { edge, onPlatform }),
    redis: redis && { url: redis[0], token: redis[1] },
    sources: configureSources(env, sources),
    pollIntervalMs: env.value(declared.pollIntervalMs),
    callsPerMinute: env.value(declared.callsPerMinute),
    callsPerDay: env.value(declared.callsPerDay),
    jwtKeys: env.value(declared.jwtKeys),
    production: env.value(declared.appEnv) === "production",
    allowedOrigins: env.value(declared.allowedOrigins).map((text) => originOf(text, env)),
    trustedProxies: env.value(declared.trustedProxies),
    tls: tls && { certPath: tls[0], keyPath: tls[1] },
    socketsPerIp: env.value(declared.socketsPerIp),
    socketsPerUser: env.value(declared.socketsPerUser),
    registrationsPerHour: env.value(declared.registrationsPerHour),
    registration: env.value(declared.registration),
    memoryMaxMb: env.value(declared.memoryMaxMb),
    kernelLimits: env.value(declared.kernelLimits),
    metricsToken: env.value(declared.metricsToken),
    logLevel: env.value(declared.logLevel),
    drainMs: edge ? Math.min(drainMs, edgeDrainMsMax) : drainMs,
    role,
    polls: role !== "web" && (env.text("DENO_TIMELINE") ?? "production") === "production",
    devBuild: env.value(declared.devBuild),
  };

  reportPlaceholders(env);
  reportContradictions(config, env);
  if (env.faults.length > 0) throw new StartupError(env.faults.join("\n"));
  return config;
}

/** What examples hold in place of a secret. */
const placeholder = /change-?me/i;

function reportPlaceholders({ text, report }: ConfigReader) {
  for (const { name } of variables) {
    if (placeholder.test(text(name) ?? "")) {
      report(`${name} still holds the placeholder of an example: set a secret of your own.`);
    }
  }
}

function reportContradictions(config: Config, { report }: ConfigReader) {
  if (60_000 % config.pollIntervalMs !== 0) {
    report("POLL_INTERVAL_MS must divide a minute evenly, such as 5000 or 10000.");
  }
  if (config.production && !config.jwtKeys) {
    report("JWT_KEYS is required when APP_ENV is production (a private Ed25519 JWK set).");
  }
  if (config.production && config.devBuild) {
    report("DEV_BUILD is for development: unset it when APP_ENV is production.");
  }
  if (config.role === "web" && !config.redis) {
    report("ROLE web needs UPSTASH_REDIS_REST_URL: without it no price comes from the worker.");
  }
}

/** An edge runtime has no disk: its platform has a KV of its own, elsewhere KV is in memory. */
function kvPathOf(
  env: ConfigReader,
  { edge, onPlatform }: { edge: boolean; onPlatform: boolean },
): string | undefined {
  const { name } = declared.kvPath;
  if (!edge || env.text(name) !== undefined) return env.value(declared.kvPath);
  return onPlatform ? undefined : ":memory:";
}

function configureSources(
  env: ConfigReader,
  sources: readonly SourceDefinition[],
): Config["sources"] {
  function required(name: string): string {
    const value = env.text(name);
    if (!value) env.report(`${name} is required by the chosen QUOTE_SOURCE.`);
    return value ?? "";
  }

  return env.value(declared.sources).flatMap((name) => {
    const definition = sources.find((source) => source.name === name);
    if (!definition) {
      const known = sources.map((source) => source.name).join(", ");
      env.report(`QUOTE_SOURCE must name known sources (${known}).`);
      return [];
    }
    return [definition.configure({
      text: required,
      optionalText: env.text,
      url(variable, fallback) {
        const value = env.text(variable) ?? fallback ?? required(variable);
        if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return new URL(value);
        if (value) env.report(`${variable} must be an http or https address.`);
        return new URL("http://invalid.invalid/");
      },
    })];
  });
}

function originOf(text: string, { report }: ConfigReader): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  report(
    `ALLOWED_ORIGINS: "${text}" is not an origin such as https://example.com, without a path.`,
  );
  return text;
}
