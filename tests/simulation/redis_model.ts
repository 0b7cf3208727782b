// Owns a model of Redis for the simulation: the scripts of the bus in TypeScript, over a given clock. A test compares it with a real Redis.

import { Buffer } from "node:buffer";
import {
  missedAnnouncementsMax,
  type RedisBounds,
  type RedisTimes,
} from "../../lib/bus/redis/keys.ts";
import type { ScriptName } from "../../lib/bus/redis/scripts.ts";
import { createExpiring, type Expiring } from "./expiring.ts";
import { createAnnouncementLog } from "./redis_model_announcements.ts";

export interface RedisModel {
  /** The answer of the script, in the form in which the client of the bus receives it. */
  run(script: ScriptName, args: readonly (string | number)[]): unknown;
  /** Calls `listener` for each message published from now on. */
  subscribe(listener: (message: string) => void): () => void;
  /** When each existing key expires, Unix ms, by the last part of its name. */
  endings(): ReadonlyMap<string, number>;
  /** Deletes all keys, like a restart without a file. */
  empty(): void;
}

export interface RedisModelOptions {
  readonly times: RedisTimes;
  readonly bounds: RedisBounds;
  /** The time of Redis, Unix microseconds. */
  readonly nowMicros: () => number;
  /** For tests that the simulation detects this fault. */
  readonly fault?: RedisFault | undefined;
}

/** Accepts ticks of any epoch, gives the same epoch twice, or answers a read without a snapshot. */
export type RedisFault = "unfenced" | "same_epoch" | "empty_reads";

interface LeaseHash {
  readonly holder: string;
  readonly epoch: string;
  readonly ttl: string;
}

interface LastTick {
  readonly epoch: string;
  readonly seq: string;
  readonly head: string;
}

const sets = ["signed_in", "anonymous", "ranks"] as const;

export function createRedisModel(
  { times, bounds, nowMicros, fault }: RedisModelOptions,
): RedisModel {
  const now = () => Math.floor(nowMicros() / 1_000);
  const listeners = new Set<(message: string) => void>();
  const lease = createExpiring<LeaseHash>(now);
  const epochs = createExpiring<number>(now);
  const lastTick = createExpiring<LastTick>(now);
  const quotes = createExpiring<Map<string, string>>(now);
  const readings = createExpiring<Map<string, string>>(now);
  /** Until when the interest of each instance is valid. */
  const instances = createExpiring<Map<string, number>>(now);
  /** The members of each set, and their ranks in the set of ranks. */
  const wants = new Map<string, Expiring<Map<string, number>>>();
  const newest = new Map<string, Expiring<number>>();
  const announcements = createAnnouncementLog({ times, bounds, nowMicros, publish });

  function publish(message: string) {
    for (const listener of [...listeners]) listener(message);
  }

  function holds(holder: string, epoch: string): boolean {
    if (fault === "unfenced") return true;
    const present = lease.get();
    return present?.holder === holder && present.epoch === epoch;
  }

  function publishTick([holder = "", epoch = "", seq = "", head = "", ...rest]: string[]) {
    if (!holds(holder, epoch)) return ["stale_epoch"];
    lease.expireIn(Number(lease.get()?.ttl));
    const { epoch: lastEpoch, seq: lastSeq } = lastTick.get() ?? { epoch: "0", seq: "0" };
    if (lastEpoch === epoch && Number(lastSeq) >= Number(seq)) {
      return ["published", lastEpoch, lastSeq, 1];
    }
    const { changed, unchanged, reading } = contentOf(rest);
    let isKept = (quotes.get()?.size ?? 0) > 0;
    if ((quotes.get()?.size ?? 0) > bounds.snapshotTickersMax) {
      quotes.delete();
      readings.delete();
      isKept = false;
    }
    keep(changed, { unchanged, reading });
    lastTick.set({ epoch, seq, head });
    for (const key of [lastTick, quotes, readings]) key.expireIn(times.dataTtlMs);
    const items = [...changed.map(([, text]) => text), ...unchanged.map((text) => `"${text}"`)];
    const parts = partsOf(items, bounds.partBytesMax);
    for (const [index, part] of parts.entries()) {
      publish(
        `{"tick":${head},"previous":[${lastEpoch},${lastSeq}],"part":${
          index + 1
        },"parts":${parts.length},"items":[${part}]}`,
      );
    }
    return ["published", lastEpoch, lastSeq, isKept ? 1 : 0];
  }

  function keep(
    changed: readonly (readonly [ticker: string, text: string])[],
    { unchanged, reading }: { unchanged: readonly string[]; reading: string },
  ) {
    if (changed.length > 0) {
      const stored = quotes.get() ?? quotes.set(new Map());
      for (const [ticker, text] of changed) stored.set(ticker, text);
      const read = readings.get();
      for (const [ticker] of changed) read?.delete(ticker);
      // Redis deletes a hash without fields.
      if (read?.size === 0) readings.delete();
    }
    if (unchanged.length === 0) return;
    const read = readings.get() ?? readings.set(new Map());
    for (const ticker of unchanged) read.set(ticker, reading);
  }

  function read([epoch = "", seq = "", generation = "", id = ""]: string[]) {
    const last = lastTick.get();
    const isNewer = fault !== "empty_reads" && last &&
      !(last.epoch === epoch && last.seq === seq);
    const texts = isNewer ? [...quotes.get()?.values() ?? []] : [];
    const readAgain = isNewer ? [...readings.get() ?? []].flat() : [];
    const { position, bodies } = announcements.since({
      generation,
      id,
      most: missedAnnouncementsMax,
    });
    return [isNewer ? last.head : "", texts, readAgain, ...position, bodies];
  }

  function takeLease([holder = "", ttl = "", seenEpoch = ""]: string[]) {
    const present = lease.get();
    if (present && present.holder !== holder) return [];
    const newEpoch = Math.max((epochs.get() ?? 0) + 1, Number(seenEpoch) + 1, now());
    const epoch = fault === "same_epoch" ? epochs.get() ?? newEpoch : newEpoch;
    epochs.set(epoch);
    epochs.expireIn(times.dataTtlMs);
    lease.set({ holder, epoch: String(epoch), ttl });
    lease.expireIn(Number(ttl));
    const last = lastTick.get();
    return [String(epoch), last?.epoch ?? "0", last?.seq ?? "0"];
  }

  function renewLease([holder = "", epoch = "", ttl = ""]: string[]) {
    const present = lease.get();
    if (!present || !holds(holder, epoch)) return 0;
    lease.set({ ...present, ttl });
    lease.expireIn(Number(ttl));
    return 1;
  }

  function releaseLease([holder = "", epoch = ""]: string[]) {
    if (!holds(holder, epoch)) return 0;
    lease.delete();
    announcements.announce('{"kind":"lease_free"}');
    return 1;
  }

  function setOf(kind: typeof sets[number], instance: string): Expiring<Map<string, number>> {
    const name = `${kind}:${instance}`;
    const present = wants.get(name);
    if (present) return present;
    const made = createExpiring<Map<string, number>>(now);
    wants.set(name, made);
    return made;
  }

  function newestOf(instance: string): Expiring<number> {
    const present = newest.get(instance);
    if (present) return present;
    const made = createExpiring<number>(now);
    newest.set(instance, made);
    return made;
  }

  function want(
    [_prefix, instance = "", call = "", body = "", signedIn = "", all = "", ...rest]: string[],
  ) {
    const number = Number(call);
    if ((newestOf(instance).get() ?? 0) > number) return 0;
    newestOf(instance).set(number);
    newestOf(instance).expireIn(times.wantTtlMs);
    const [users, count] = [Number(signedIn), Number(all)];
    const ranked = rest.slice(count);
    const members = {
      signed_in: rest.slice(0, users).map((ticker) => [ticker, 0] as const),
      anonymous: rest.slice(users, count).map((ticker) => [ticker, 0] as const),
      ranks: Array.from(
        { length: ranked.length / 2 },
        (_, index) => [ranked[2 * index + 1] ?? "", Number(ranked[2 * index])] as const,
      ),
    };
    for (const kind of sets) {
      const set = setOf(kind, instance);
      set.delete();
      if (members[kind].length > 0) set.set(new Map(members[kind]));
      set.expireIn(times.wantTtlMs);
    }
    const alive = instances.get() ?? instances.set(new Map());
    alive.set(instance, now() + times.wantTtlMs);
    instances.expireIn(times.wantTtlMs);
    if (alive.size > bounds.instancesMax) {
      const [silent] = [...alive].sort(byScore)[0] ?? [instance];
      alive.delete(silent);
      for (const kind of sets) setOf(kind, silent).delete();
      newestOf(silent).delete();
    }
    if (body !== "") announcements.announce(body);
    return 1;
  }

  function wanted() {
    const alive = instances.get();
    for (const [instance, until] of alive ?? []) if (until <= now()) alive?.delete(instance);
    if (alive?.size === 0) instances.delete();
    const [signedIn, anonymous, ranks] = sets.map((kind) => {
      const union = new Map<string, number>();
      for (const instance of alive?.keys() ?? []) {
        for (const [ticker, rank] of setOf(kind, instance).get() ?? []) {
          union.set(ticker, Math.min(rank, union.get(ticker) ?? Infinity));
        }
      }
      return [...union];
    });
    const names = (members: [string, number][] = []) => members.map(([ticker]) => ticker);
    const scored = [...ranks ?? []].sort(byScore).flat().map(String);
    return [names(signedIn), names(anonymous), scored];
  }

  const scripts: Record<ScriptName, (args: string[]) => unknown> = {
    publish: publishTick,
    read,
    takeLease,
    renewLease,
    releaseLease,
    announce([body = ""]) {
      announcements.announce(body);
      return 1;
    },
    want,
    wanted,
  };

  const keys = { lease, epoch: epochs, last_tick: lastTick, quotes, readings, instances };
  const named = () => [
    ...Object.entries(keys),
    ...Object.entries(announcements.keys),
    ...[...wants].map(([name, set]) => [`wants:${name}`, set] as const),
    ...[...newest].map(([instance, number]) => [`wants:newest:${instance}`, number] as const),
  ];

  return {
    run: (script, args) => scripts[script](args.map(String)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    endings() {
      return new Map(
        named().flatMap(([name, key]) => {
          const endsAt = key.endsAt();
          return endsAt === undefined ? [] : [[name, endsAt] as const];
        }),
      );
    },
    empty() {
      for (const [, key] of named()) key.delete();
    },
  };
}

/** The arguments after the head: the reading, the number of quotes, ticker and text of each, then the unchanged tickers. */
function contentOf([reading = "", count = "0", ...rest]: string[]) {
  const last = 2 * Number(count);
  const changed = Array.from(
    { length: Number(count) },
    (_, index) => [rest[2 * index] ?? "", rest[2 * index + 1] ?? ""] as const,
  );
  return { reading, changed, unchanged: rest.slice(last) };
}

function partsOf(items: readonly string[], bytesMax: number): string[] {
  const parts: string[] = [];
  let part: string[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(item);
    if (bytes + size > bytesMax) {
      parts.push(part.join(","));
      part = [];
      bytes = 0;
    }
    part.push(item);
    bytes += size + 1;
  }
  return [...parts, part.join(",")];
}

/** The order of a sorted set: by score, then by name. */
function byScore([a, scoreA]: [string, number], [b, scoreB]: [string, number]): number {
  return scoreA - scoreB || (a < b ? -1 : 1);
}
