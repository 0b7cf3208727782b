// Owns the simulated Redis as a server: the model, whether it is up, and its observers. Delays nothing.

import { redisBounds } from "../../lib/bus/redis/keys.ts";
import { defaultTimes } from "../../lib/bus/redis_bus.ts";
import type { ScriptName } from "../../lib/bus/redis/scripts.ts";
import { createRedisModel, type RedisFault } from "./redis_model.ts";

export interface RedisServer {
  isUp: boolean;
  /** Each way to the server and back takes up to this much longer. */
  slowMs: number;
  run(script: ScriptName, args: readonly (string | number)[], caller: string): unknown;
  listen(listener: (message: string) => void): () => void;
  /** Deletes all data, as if the server restarted without a file. */
  empty(): void;
  /** The instance whose command is running. */
  readonly caller: string;
  commands(): ReadonlyMap<string, number>;
}

interface RedisServerOptions {
  readonly now: () => number;
  readonly fault: RedisFault | undefined;
  readonly onRun: (
    script: ScriptName,
    what: { args: readonly (string | number)[]; reply: unknown; caller: string },
  ) => void;
}

export function createRedisServer({ now, fault, onRun }: RedisServerOptions): RedisServer {
  const model = createRedisModel({
    times: defaultTimes,
    bounds: redisBounds,
    nowMicros: () => now() * 1_000,
    fault,
  });
  const commands = new Map<string, number>();
  let caller = "";
  return {
    isUp: true,
    slowMs: 0,
    run(script, args, name) {
      caller = name;
      commands.set(name, (commands.get(name) ?? 0) + 1);
      const reply = model.run(script, args);
      onRun(script, { args, reply, caller });
      return reply;
    },
    listen: model.subscribe,
    empty: model.empty,
    get caller() {
      return caller;
    },
    commands: () => commands,
  };
}
