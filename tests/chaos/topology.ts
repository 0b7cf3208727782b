// Owns the processes of a chaos run: Redis behind the gateway, Postgres, the upstream, the instances, and the links between them. Injects nothing.

import { startPostgres } from "../support/postgres.ts";
import { startRedis } from "../support/redis.ts";
import { eventually } from "../support/redis_rig.ts";
import { freePort } from "../support/free_port.ts";
import { type Program, startProgram, startServer } from "../support/server.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp_proxy.ts";
import { startMarket } from "./market.ts";
import { watchedTickers } from "./watched_tickers.ts";

/** A process that can be killed, frozen, and started again at the same address. */
export interface Unit {
  readonly name: string;
  readonly url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Sends SIGTERM, as an operator does, and waits for the process to end. */
  stop(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** True if the process runs, or if this run has ended it. */
  isWell(): boolean;
  /** The output since the last start. */
  output(): string;
  /** The output of all starts. */
  outputs(): string;
}

export interface Instance extends Unit {
  readonly busLink: TcpProxy;
  readonly storeLink: TcpProxy;
}

export type Topology = Awaited<ReturnType<typeof startTopology>>;

const gatewayStartMs = 30_000;

export async function startTopology() {
  const secrets = { redis: `redis-${crypto.randomUUID()}`, upstream: `key-${crypto.randomUUID()}` };
  await using opened = new AsyncDisposableStack();
  // Acknowledged writes must survive a crash, as on a production server.
  const postgres = opened.use(await startPostgres({ durable: true }));
  const redis = opened.use(await startRedis());
  const market = startMarket({ tickers: watchedTickers, key: secrets.upstream });
  opened.defer(market.close);
  const gateway = gatewayUnit({ redisUrl: redis.url, token: secrets.redis });
  opened.defer(gateway.kill);
  await gateway.start();

  function link(url: string): TcpProxy {
    return opened.adopt(startTcpProxy(Number(new URL(url).port)), (proxy) => proxy.close());
  }

  const upstreamLink = link(`http://127.0.0.1:${market.port}`);

  function instance(name: string, role: "all" | "worker"): Instance {
    const [busLink, storeLink] = [link(gateway.url), link(postgres.url)];
    const port = freePort();
    const databaseUrl = new URL(postgres.url);
    databaseUrl.port = `${storeLink.port}`;
    const env = {
      PORT: `${port}`,
      ROLE: role,
      LOG_LEVEL: "info",
      DATABASE_URL: databaseUrl.href,
      UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${busLink.port}`,
      UPSTASH_REDIS_REST_TOKEN: secrets.redis,
      QUOTE_SOURCE: "albert",
      ALBERT_API_URL: `http://127.0.0.1:${upstreamLink.port}`,
      ALBERT_API_KEY: secrets.upstream,
    };
    const url = `http://127.0.0.1:${port}`;
    const unit = createUnit({ name, url, launch: () => startServer({ env }) });
    opened.defer(unit.kill);
    return { ...unit, busLink, storeLink };
  }

  const web = [instance("app1", "all"), instance("app2", "all")];
  const instances = [...web, instance("worker", "worker")];
  // One after the other, because the first one creates the tables.
  for (const { start } of instances) await start();

  const owned = opened.move();
  return {
    postgres,
    redis,
    market,
    gateway,
    upstreamLink,
    instances,
    /** The instances that serve users. */
    web,
    secrets: [...Object.values(secrets), `:${new URL(postgres.url).password}@`],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function gatewayUnit({ redisUrl, token }: { redisUrl: string; token: string }): Unit {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { PORT: `${port}`, REDIS_URL: redisUrl, UPSTASH_REDIS_REST_TOKEN: token };
  return createUnit({
    name: "gateway",
    url,
    async launch() {
      const program = startProgram(await argumentsOf("redis-rest"), env);
      await eventually(async () => void await (await fetch(url)).body?.cancel(), {
        withinMs: gatewayStartMs,
      });
      return program;
    },
  });
}

/** The arguments of the task in deno.json, which begins with `deno run`. */
async function argumentsOf(task: string): Promise<string[]> {
  const file = new URL("../../deno.json", import.meta.url);
  const { tasks } = JSON.parse(await Deno.readTextFile(file));
  return String(tasks[task].command).split(" ").slice(2);
}

function createUnit(
  { name, url, launch }: { name: string; url: string; launch: () => Promise<Program> },
): Unit {
  let program: Program | undefined;
  let former = "";
  const output = () => program?.output() ?? "";

  async function end(signal: Deno.Signal) {
    const ending = program;
    if (!ending) return;
    program = undefined;
    await ending.stop(signal);
    former += ending.output();
  }

  return {
    name,
    url,
    async start() {
      program ??= await launch();
    },
    kill: () => end("SIGKILL"),
    async stop() {
      // A frozen process would not receive the signal.
      program?.signal("SIGCONT");
      await end("SIGTERM");
    },
    freeze: () => program?.signal("SIGSTOP"),
    thaw: () => program?.signal("SIGCONT"),
    isWell: () => program?.hasEnded() !== true,
    output,
    outputs: () => former + output(),
  };
}
