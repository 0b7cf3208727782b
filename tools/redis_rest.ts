// Owns the gateway that offers the Upstash REST protocol in front of a plain Redis: the HTTP server, the token check, the routes.

import { createHash, timingSafeEqual } from "node:crypto";
import { StartupError } from "../lib/errors.ts";
import { connectRedis } from "./redis_rest/connections.ts";
import { createExecution } from "./redis_rest/execution.ts";
import { errorAnswer, type RestAnswer } from "./redis_rest/answers.ts";
import { parseRestRequest } from "./redis_rest/requests.ts";
import { createSubscriptions } from "./redis_rest/subscriptions.ts";

export interface RedisRestOptions {
  /** 0 means any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly redisUrl?: string;
  readonly token: string;
  /** If Redis takes longer, the gateway answers 504. */
  readonly commandTimeoutMs?: number;
  readonly pingIntervalMs?: number;
  /** The number of streams, transactions and blocking commands at once. The next one gets 503. */
  readonly connectionsMax?: number;
}

export interface RedisRest {
  /** The value for UPSTASH_REDIS_REST_URL. */
  readonly url: string;
  close(): Promise<void>;
}

const defaults = {
  port: 8079,
  host: "127.0.0.1",
  redisUrl: "redis://127.0.0.1:6379",
  commandTimeoutMs: 5_000,
  pingIntervalMs: 10_000,
  connectionsMax: 1_000,
};

/** Resolves when the gateway listens. While Redis cannot be reached, the gateway answers 503. */
export async function startRedisRest(options: RedisRestOptions): Promise<RedisRest> {
  const { port, host, redisUrl, token, commandTimeoutMs, pingIntervalMs, connectionsMax } = {
    ...defaults,
    ...options,
  };
  if (!token) throw new StartupError("UPSTASH_REDIS_REST_TOKEN must be set: clients show it.");
  if (/change-?me/i.test(token)) {
    throw new StartupError(
      "UPSTASH_REDIS_REST_TOKEN still holds the placeholder of an example: set a secret of your own.",
    );
  }
  const connections = await connectRedis({ redisUrl, commandTimeoutMs, connectionsMax });
  const execution = createExecution(connections);
  const subscriptions = createSubscriptions({ connections, pingIntervalMs });
  const isToken = createTokenCheck(token);
  const nextSyncToken = createSyncTokens();

  async function answer(request: Request): Promise<RestAnswer> {
    if (!isToken(shownToken(request))) return errorAnswer(401, "Unauthorized");
    const parsed = await parseRestRequest(request);
    switch (parsed.kind) {
      case "refused":
        return errorAnswer(parsed.status, parsed.error);
      case "subscribe":
      case "monitor":
        return await subscriptions.open(parsed);
      default:
        return await execution.run(parsed, request);
    }
  }

  const server = listen({ port, host }, async (request) => {
    const { status, contentType = "application/json", body } = await answer(request);
    const headers = { "content-type": contentType, "cache-control": "no-store" };
    return new Response(body, {
      status,
      headers: { ...headers, "upstash-sync-token": nextSyncToken() },
    });
  });

  return {
    url: `http://${host}:${server.addr.port}`,
    async close() {
      subscriptions.close();
      connections.close();
      await server.shutdown();
    },
  };
}

function listen(
  { port, host }: { port: number; host: string },
  handler: (request: Request) => Promise<Response>,
) {
  try {
    return Deno.serve({ port, hostname: host, onListen() {}, onError: internalError }, handler);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new StartupError(`Port ${port} on ${host} is taken; set PORT to another one.`);
    }
    throw error;
  }
}

function shownToken(request: Request): string {
  const bearer = /^Bearer +(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  return bearer ?? new URL(request.url).searchParams.get("_token") ?? "";
}

/** Compares digests: they have one length, so the time does not show where two tokens differ. */
function createTokenCheck(token: string): (shown: string) => boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(token);
  return (shown) => timingSafeEqual(digest(shown), expected);
}

/** Returns a greater number for each answer, also after a restart. */
function createSyncTokens(): () => string {
  let last = 0;
  return () => String(last = Math.max(last + 1, Date.now() * 1_000));
}

/** The answer does not contain the cause, because that may quote a command. */
function internalError(): Response {
  return Response.json({ error: "ERR internal error" }, { status: 500 });
}

/** The first process of a container does not end at a signal unless it handles the signal. */
function closeOnSignal(gateway: RedisRest) {
  const close = () => void gateway.close().then(() => Deno.exit(0));
  Deno.addSignalListener("SIGINT", close);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", close);
}

if (import.meta.main) {
  try {
    const gateway = await startRedisRest({
      port: Number(Deno.env.get("PORT") || defaults.port),
      host: Deno.env.get("HOST") || defaults.host,
      redisUrl: Deno.env.get("REDIS_URL") || defaults.redisUrl,
      token: Deno.env.get("UPSTASH_REDIS_REST_TOKEN") ?? "",
    });
    closeOnSignal(gateway);
    console.info(`Redis speaks the Upstash REST protocol on ${gateway.url}`);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
