// Owns the simulated link between one machine and Redis: delays, losses and ends of streams, by chance or by the plan. Knows no scripts.

import { answerTimeoutMs, RedisError } from "../../lib/bus/redis/client.ts";
import { openTimeoutMs } from "../../lib/bus/redis/stream.ts";
import type { RedisTransport } from "../../lib/bus/redis/transport.ts";
import { within } from "../../lib/deadline.ts";
import type { Machine } from "./machine.ts";
import type { Random } from "./random.ts";
import type { RedisServer } from "./redis_server.ts";
import type { Scheduler } from "./scheduler.ts";

/** The present faults of the link. */
export interface LinkFaults {
  /** Commands fail before or after Redis has done them; "after" leaves their outcome unknown. */
  commands: "pass" | "fail_before" | "fail_after";
  /** This many of the next published messages do not arrive. */
  toLose: number;
  /** A message is delayed by at most this time, so that later ones may overtake it. */
  disorderMs: number;
}

export interface RedisLink extends RedisTransport {
  readonly faults: LinkFaults;
  /** Makes all open streams silent, ends them, or breaks them with an error. */
  endStreams(how: StreamEnd): void;
  /** The machine is dead, so its subscriptions end. */
  abandon(): void;
}

export type StreamEnd = "silent" | "ended" | "broken";

interface LinkOptions {
  readonly scheduler: Scheduler;
  readonly machine: Machine;
  readonly server: RedisServer;
  readonly random: Random;
  /** The name of the instance, for observers of the server. */
  readonly name: string;
}

const wayMsMax = 12;
/** A connection is reset after at most this time. */
const resetMsMax = 60;

export function createRedisLink(options: LinkOptions): RedisLink {
  const { scheduler, machine, server, random, name } = options;
  const { clock } = machine;
  const faults: LinkFaults = { commands: "pass", toLose: 0, disorderMs: 0 };
  const streams = new Set<(how: StreamEnd) => void>();
  const subscriptions = new Set<() => void>();
  let answeredAt = -Infinity;

  const wayMs = () => random.between(1, wayMsMax) + random.between(0, server.slowMs);
  const later = (ms: number, run: () => void) => void scheduler.at(scheduler.now() + ms, run);
  const reset = (reject: (error: Error) => void) => {
    later(random.between(1, resetMsMax), () => {
      machine.deliver(() => reject(new Error("Connection reset")));
    });
  };

  function travel(ask: () => unknown): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    later(wayMs(), () => {
      if (!server.isUp || faults.commands === "fail_before") return reset(answer.reject);
      const reply = ask();
      // The answer is lost. The client sees a reset connection, or nothing.
      if (faults.commands === "fail_after") return random.chance(0.5) && reset(answer.reject);
      later(wayMs(), () => machine.deliver(() => answer.resolve(reply)));
    });
    return answer.promise;
  }

  /** Applies the deadline and the errors of the HTTP client. */
  async function answered(work: Promise<unknown>): Promise<unknown> {
    try {
      const answer = await within(work, { clock, ms: answerTimeoutMs, what: "The answer" });
      answeredAt = clock.now();
      return answer;
    } catch (error) {
      answeredAt = -Infinity;
      throw new RedisError(String(error));
    }
  }

  async function openStream(
    { stop, onActivity }: Parameters<RedisTransport["openStream"]>[0],
  ): Promise<AsyncGenerator<string>> {
    const cancelTimeout = clock.after(openTimeoutMs, () => stop.abort());
    const opened = Promise.withResolvers<void>();
    const queue: string[] = [];
    let wake = Promise.withResolvers<void>();
    let ended: "no" | "ended" | "broken" = "no";
    let isSilent = false;
    let unsubscribe = () => {};
    let arrivesAt = 0;

    function end(how: StreamEnd) {
      if (how === "silent") return void (isSilent = true);
      if (ended !== "no") return;
      ended = how;
      unsubscribe();
      subscriptions.delete(unsubscribe);
      streams.delete(endSoon);
      opened.reject(new RedisError("The stream ended before the subscription was acknowledged."));
      wake.resolve();
    }

    const endSoon = (how: StreamEnd) => {
      if (how === "silent") end(how);
      else later(wayMs(), () => machine.deliver(() => end(how)));
    };

    function publish(message: string) {
      if (isSilent || faults.toLose-- > 0) return;
      const inOrderAt = Math.max(arrivesAt, scheduler.now() + wayMs());
      arrivesAt = faults.disorderMs > 0 ? arrivesAt : inOrderAt;
      const at = inOrderAt + random.between(0, faults.disorderMs);
      scheduler.at(at, () => {
        if (isSilent) return;
        machine.deliver(() => {
          if (ended !== "no") return;
          onActivity();
          queue.push(message);
          wake.resolve();
        });
      });
    }

    async function* messages(): AsyncGenerator<string> {
      for (;;) {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) yield next;
        if (ended === "broken") throw new RedisError("The stream broke.");
        if (ended === "ended") return;
        await wake.promise;
        wake = Promise.withResolvers();
      }
    }

    stop.signal.addEventListener("abort", () => end("ended"), { once: true });
    streams.add(endSoon);
    later(wayMs(), () => {
      if (ended !== "no" || isSilent || machine.isDead) return;
      if (!server.isUp || faults.commands !== "pass") return endSoon("broken");
      unsubscribe = server.listen(publish);
      subscriptions.add(unsubscribe);
      later(wayMs(), () => {
        if (!isSilent) machine.deliver(opened.resolve);
      });
    });
    try {
      await opened.promise;
      return messages();
    } finally {
      cancelTimeout();
    }
  }

  return {
    faults,
    client: {
      run: (script, args) => answered(travel(() => server.run(script, args, name))),
      async ping() {
        await answered(travel(() => "PONG"));
      },
      answeredAt: () => answeredAt,
    },
    openStream,
    endStreams(how) {
      for (const endStream of [...streams]) endStream(how);
    },
    abandon() {
      for (const unsubscribe of subscriptions) unsubscribe();
    },
  };
}
