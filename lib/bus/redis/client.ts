// Owns commands to Redis over REST: runs scripts by name, each with a deadline. Its errors never contain the command.

import { Redis } from "@upstash/redis/cloudflare";
import type { Clock } from "../../clock.ts";
import { within } from "../../deadline.ts";
import { StartupError } from "../../errors.ts";
import { keysOf } from "./keys.ts";
import { type ScriptName, type ScriptOptions, scriptsFor } from "./scripts.ts";

/** Why a command failed, without the command. The errors of @upstash/redis repeat it, so they must not reach the log. */
export class RedisError extends Error {
  override readonly name = "RedisError";
}

export interface RedisClient {
  run(script: ScriptName, args: readonly (string | number)[]): Promise<unknown>;
  ping(): Promise<void>;
  /** When Redis answered last, Unix ms. -Infinity if the last command failed. */
  answeredAt(): number;
}

export interface RedisClientOptions extends ScriptOptions {
  readonly url: string;
  readonly token: string;
  readonly prefix: string;
  readonly clock: Clock;
}

export const answerTimeoutMs = 4_000;

export function createRedisClient(options: RedisClientOptions): RedisClient {
  const { url, token, prefix, clock } = options;
  const { shared } = keysOf(prefix);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new StartupError("UPSTASH_REDIS_REST_URL must be an http or https address.");
  }
  const redis = new Redis({
    url,
    token,
    // It would turn the text "190.10" into the number 190.1.
    automaticDeserialization: false,
    // A retry could publish a tick twice.
    retry: { retries: 0 },
    enableTelemetry: false,
    enableAutoPipelining: false,
    responseEncoding: false,
    signal: () => AbortSignal.timeout(answerTimeoutMs),
  });
  const scripts = new Map(
    scriptsFor(options).map(([name, text]) => [name, redis.createScript(text)]),
  );
  let answeredAt = -Infinity;

  async function answered<T>(work: Promise<T>): Promise<T> {
    try {
      // The signal above does not end an answer that stops midway on Deno, so there is a second deadline.
      const answer = await within(work, { clock, ms: answerTimeoutMs, what: "The answer" });
      answeredAt = clock.now();
      return answer;
    } catch (error) {
      answeredAt = -Infinity;
      throw new RedisError(reasonOf(error));
    }
  }

  return {
    run(name, args) {
      const script = scripts.get(name);
      if (!script) throw new Error(`There is no script "${name}".`);
      return answered(script.exec(shared, args.map(String)));
    },
    async ping() {
      await answered(redis.ping());
    },
    answeredAt: () => answeredAt,
  };
}

/** Keeps the text before the command, which contains lists and sessions. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "The command failed";
  const [reason = ""] = error.message.split(/,? command was:/);
  return `${error.name}: ${reason.slice(0, 200)}`;
}
