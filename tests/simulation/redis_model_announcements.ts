// Owns the announcements of the model: numbers and publishes each, and keeps a log of the recent ones.

import type { RedisBounds, RedisTimes } from "../../lib/bus/redis/keys.ts";
import { createExpiring } from "./expiring.ts";

interface Entry {
  readonly at: number;
  readonly number: number;
  readonly body: string;
}

interface LogHead {
  readonly generation: string;
  readonly number: number;
  readonly at: number;
}

export function createAnnouncementLog({ times, bounds, nowMicros, publish }: {
  times: RedisTimes;
  bounds: RedisBounds;
  nowMicros: () => number;
  publish: (message: string) => void;
}) {
  const now = () => Math.floor(nowMicros() / 1_000);
  const head = createExpiring<LogHead>(now);
  const log = createExpiring<readonly Entry[]>(now);

  function announce(body: string) {
    const micros = nowMicros();
    const last = head.get();
    const generation = last?.generation ?? `${Math.floor(micros / 1e6)}.${micros % 1e6}`;
    const number = (last?.number ?? 0) + 1;
    const at = Math.max(last?.at ?? 0, now());
    head.set({ generation, number, at });
    head.expireIn(times.dataTtlMs);
    const entries = [...log.get() ?? [], { at, number, body }];
    log.set(
      entries.slice(-bounds.announcementsMax).filter((entry) =>
        entry.at >= now() - times.announcementsKeptMs
      ),
    );
    log.expireIn(times.announcementsKeptMs);
    const id = `${at}-${number}`;
    publish(
      `{"news":${body},"generation":"${generation}","number":${number},"id":"${id}"}`,
    );
  }

  /** The present position, as the script answers it, and the announcements after the given position. */
  function since(
    { generation, id, most }: { generation: string; id: string; most: number },
  ) {
    const present = head.get();
    const entries = log.get() ?? [];
    const last = entries.at(-1);
    const lastId = last ? `${last.at}-${last.number}` : "0-0";
    const position = [present?.generation ?? "", String(present?.number ?? 0), lastId] as const;
    if (!present || generation === "new") return { position, bodies: [] };
    const after = present.generation === generation ? id : "0-0";
    const missed = entries.filter((entry) => isAfter(entry, after)).slice(0, most);
    return { position, bodies: missed.map(({ body }) => body) };
  }

  return { announce, since, keys: { news: head, news_log: log } };
}

function isAfter({ at, number }: Entry, id: string): boolean {
  const [idAt = 0, idNumber = 0] = id.split("-").map(Number);
  return at > idAt || (at === idAt && number > idNumber);
}
