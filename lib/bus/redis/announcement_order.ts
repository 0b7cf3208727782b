// Owns the place in the numbered announcements: each is delivered once, and a missed one is noticed. Reads nothing.

import type { Announcement } from "../bus.ts";
import type { NumberedAnnouncement } from "../wire.ts";

/** What Redis holds now, and what came after our place. */
export interface AnnouncementsRead {
  readonly generation: string;
  readonly number: number;
  readonly id: string;
  readonly missed: readonly (Announcement | undefined)[];
}

export interface LogPosition {
  readonly generation: string;
  readonly id: string;
}

interface AnnouncementOrderOptions {
  readonly deliver: (announcement: Announcement) => void;
  readonly onGap: () => void;
}

/** Asked with it, Redis tells its present place and no announcements. */
export const fromNow: LogPosition = { generation: "new", id: "0-0" };

export function createAnnouncementOrder({ deliver, onGap }: AnnouncementOrderOptions) {
  let position: LogPosition & { number: number } | undefined;
  let isInUse = false;

  function deliverKnown(announcement: Announcement | undefined) {
    if (announcement) deliver(announcement);
  }

  return {
    /** From now on somebody counts on hearing everything, though Redis may not have told its place yet. */
    markInUse: () => isInUse = true,

    position: (): LogPosition => position ?? fromNow,

    /** False: others before it were missed, so it is to be read back with them. */
    receive({ generation, number, id, announcement }: NumberedAnnouncement): boolean {
      const isFirst = position?.generation === "" && number === 1;
      if (!isFirst && position?.generation !== generation) return false;
      const last = isFirst ? 0 : position?.number ?? 0;
      if (number > last + 1) return false;
      if (number === last + 1) {
        position = { generation, number, id };
        deliverKnown(announcement);
      }
      return true;
    },

    restore({ generation, number, id, missed }: AnnouncementsRead): void {
      const previous = position;
      position = { generation, number, id };
      if (!previous && isInUse) onGap();
      if (!previous) return;
      missed.forEach(deliverKnown);
      const isContinued = previous.generation === generation || previous.generation === "";
      if (!isContinued || missed.length !== number - previous.number) onGap();
    },
  };
}
