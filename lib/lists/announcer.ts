// Owns when list changes are announced: the first change of a list at once, further ones within the same second together.

import type { Announcement, Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

export type ListAnnouncement = Extract<
  Announcement,
  { kind: "list_changed" | "list_deleted" | "lists_reordered" }
>;

export interface ListAnnouncer {
  /** Resolves when the announcement was tried, or waits for the end of the second. Never rejects: the change is in the store. */
  announce(announcement: ListAnnouncement): Promise<void>;
  /** Announces what waits. */
  close(): Promise<void>;
}

export interface ListAnnouncerOptions {
  readonly bus: Pick<Bus, "announce">;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
}

const joinMs = 1_000;

/** At most this number of lists have an open second. A change of a further list is announced at once, and not joined. */
const openMax = 10_000;

interface Second {
  waiting: ListAnnouncement | undefined;
  readonly cancel: () => void;
}

export function createListAnnouncer({ bus, clock, log }: ListAnnouncerOptions): ListAnnouncer {
  const seconds = new Map<string, Second>();

  async function send(announcement: ListAnnouncement): Promise<void> {
    try {
      await bus.announce(announcement);
    } catch (cause) {
      // The change is in the store. Sockets of other instances get it when they connect again.
      log.warn({ cause: String(cause) }, "A list change could not be announced");
    }
  }

  function open(key: string): void {
    if (seconds.size >= openMax) return;
    seconds.set(key, { waiting: undefined, cancel: clock.after(joinMs, () => end(key)) });
  }

  function end(key: string): void {
    const waiting = seconds.get(key)?.waiting;
    seconds.delete(key);
    if (!waiting) return;
    open(key);
    void send(waiting);
  }

  return {
    async announce(announcement) {
      const key = keyOf(announcement);
      const second = seconds.get(key);
      if (announcement.kind === "list_deleted") {
        second?.cancel();
        seconds.delete(key);
      } else if (second) {
        second.waiting = newer(second.waiting, announcement);
        return;
      } else open(key);
      await send(announcement);
    },
    async close() {
      const waiting = [...seconds.values()].flatMap(({ waiting, cancel }) => {
        cancel();
        return waiting ?? [];
      });
      seconds.clear();
      await Promise.all(waiting.map(send));
    },
  };
}

function keyOf(announcement: ListAnnouncement): string {
  switch (announcement.kind) {
    case "list_changed":
      return announcement.list.id;
    case "list_deleted":
      return announcement.listId;
    case "lists_reordered":
      return `order of ${announcement.userId}`;
  }
}

/** Changes of one list may be announced in another order than the store made them. */
function newer(
  waiting: ListAnnouncement | undefined,
  announcement: ListAnnouncement,
): ListAnnouncement {
  const isOlder = waiting?.kind === "list_changed" && announcement.kind === "list_changed" &&
    announcement.list.version < waiting.list.version;
  return isOlder ? waiting : announcement;
}
