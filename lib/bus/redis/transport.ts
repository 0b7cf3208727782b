// Owns the port to Redis: scripts and one stream of messages, here over HTTP. Tests put a model in its place.

import { createRedisClient, type RedisClient, type RedisClientOptions } from "./client.ts";
import { keysOf } from "./keys.ts";
import { openStream, type StreamOptions } from "./stream.ts";

export interface RedisTransport {
  readonly client: RedisClient;
  /** Resolves when Redis has acknowledged the subscription. The messages end, or throw, with the stream. */
  openStream(
    options: Pick<StreamOptions, "stop" | "onActivity">,
  ): Promise<AsyncGenerator<string>>;
}

export function connectOverHttp(options: RedisClientOptions): RedisTransport {
  const { url, token, clock, prefix } = options;
  const { channel } = keysOf(prefix);
  return {
    client: createRedisClient(options),
    openStream: (stream) => openStream({ ...stream, url, token, clock, channel }),
  };
}
