// Owns a real Redis for the tests, alone or behind the REST gateway.

import { type RedisRest, type RedisRestOptions, startRedisRest } from "../../tools/redis_rest.ts";
import { freePort } from "./free_port.ts";
import { ensureRedis, type RedisCommand } from "./redis_program.ts";

export interface TestRedis {
  readonly url: string;
  /** Kills the server, like a crash. */
  stop(): Promise<void>;
  /** Starts the server again at the same address. It is empty, unless `keepData` is true. */
  restart(options?: { keepData?: boolean }): Promise<void>;
  /** Freezes the server until `resume`: connections stay open, and no command is answered. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestGateway extends RedisRest {
  readonly token: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const startTimeoutMs = 10_000;

export async function startRedis(): Promise<TestRedis> {
  const command = await ensureRedis();
  const folder = await Deno.makeTempDir({ prefix: "redis_" });
  const { port, ...first } = await launchOnFreePort(command, folder);
  let running = first.running;

  async function close() {
    await running.end("SIGKILL");
    await Deno.remove(folder, { recursive: true });
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => running.end("SIGKILL"),
    async restart({ keepData = false } = {}) {
      // On SIGTERM Redis saves its data; after SIGKILL it starts empty.
      await running.end(keepData ? "SIGTERM" : "SIGKILL");
      const next = await launch(command, { port, folder });
      if (!next) throw new Error(`Redis did not start again on port ${port}.`);
      running = next;
    },
    pause: () => running.process.kill("SIGSTOP"),
    resume: () => running.process.kill("SIGCONT"),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Starts the gateway in front of a Redis, on a free port. */
export async function startGateway(
  { redisUrl, ...options }: Partial<RedisRestOptions> & { redisUrl: string },
): Promise<TestGateway> {
  const token = "a token for tests";
  const gateway = await startRedisRest({ port: 0, redisUrl, token, ...options });
  return { ...gateway, token, [Symbol.asyncDispose]: gateway.close };
}

interface Running {
  readonly process: Deno.ChildProcess;
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

async function launchOnFreePort(command: RedisCommand, folder: string) {
  for (let tries = 0; tries < 5; tries++) {
    const port = freePort();
    const running = await launch(command, { port, folder });
    if (running) return { port, running };
  }
  throw new Error("Redis found no free port.");
}

/** Undefined: Redis ended by itself, for example because another process took the port. */
async function launch(
  command: RedisCommand,
  options: { port: number; folder: string },
): Promise<Running | undefined> {
  const process = command(options).spawn();
  let hasEnded = false;
  const ended = process.status.then(() => hasEnded = true);
  async function end(signal: "SIGTERM" | "SIGKILL") {
    if (!hasEnded) process.kill(signal);
    await ended;
  }

  const deadline = Date.now() + startTimeoutMs;
  while (!await answers(options.port)) {
    if (hasEnded) return undefined;
    if (Date.now() > deadline) {
      await end("SIGKILL");
      throw new Error("Redis did not start in time.");
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { process, end };
}

async function answers(port: number): Promise<boolean> {
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const timer = setTimeout(() => connection.close(), 1_000);
    await connection.write(new TextEncoder().encode("PING\r\n"));
    const answer = new Uint8Array(16);
    await connection.read(answer);
    clearTimeout(timer);
    return new TextDecoder().decode(answer).startsWith("+PONG");
  } catch {
    return false;
  }
}
