// Owns what the gateway's tests share: a gateway in front of a Redis started for the test, and functions to call it.

import assert from "node:assert/strict";
import { createClient } from "redis";
import { startGateway, startRedis } from "../../tests/support/redis.ts";
import type { RedisRestOptions } from "../redis_rest.ts";

export type AskOptions = RequestInit & { path?: string; json?: unknown; token?: string };

export async function openRest(options: Partial<RedisRestOptions> = {}) {
  const redis = await startRedis();
  const gateway = await startGateway({ redisUrl: redis.url, ...options });

  function request({ path = "/", json, token = gateway.token, ...init }: AskOptions) {
    return fetch(gateway.url + path, {
      method: json === undefined && init.body === undefined ? "GET" : "POST",
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });
  }

  async function ask(options: AskOptions): Promise<[status: number, answer: unknown]> {
    const response = await request(options);
    return [response.status, await response.json()];
  }

  const run = async (...command: unknown[]) => {
    const [status, answer] = await ask({ json: command });
    assert.equal(status, 200, JSON.stringify(answer));
    return Object(answer).result;
  };

  return {
    redis,
    gateway,
    request,
    ask,
    run,
    /** The number of connections to Redis whose last command was this one. */
    async connections(command: string) {
      const admin = await createClient({ url: redis.url }).connect();
      const list = String(await admin.sendCommand(["CLIENT", "LIST"]));
      admin.destroy();
      return list.split("\n").filter((line) => line.includes(`cmd=${command} `)).length;
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await redis.close();
    },
  };
}

/** Reads the stream until it has this many data lines. Counts comments separately. */
export async function readData(response: Response, count: number) {
  const lines: string[] = [];
  let comments = 0;
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    comments += text.split("\n").filter((line) => line.startsWith(":")).length;
    lines.push(...text.split("\n").filter((line) => line.startsWith("data: ")));
    if (lines.length >= count) break;
  }
  return { lines, comments };
}

export async function eventually(check: () => Promise<void>) {
  for (let tries = 0; tries < 100; tries++) {
    try {
      return await check();
    } catch {
      // Not yet. The last try, below, reports the failure.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  await check();
}
