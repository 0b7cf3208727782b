// Owns the order of announcements: delivers each once, in the order of their numbers, and reports a gap. Does no I/O.

import type { Announcement } from "../bus.ts";
import type { NumberedAnnouncement } from "../wire.ts";

/** The log of announcements as Redis has it now. */
export interface AnnouncementsRead {
  readonly generation: string;
  readonly number: number;
  readonly id: string;
  /** Those after the position of this instance. Undefined: of a kind that this version does not know. */
  readonly missed: readonly (Announcement | undefined)[];
}

/** The last announcement that this instance received. */
export interface LogPosition {
  /** Changes when Redis has lost its data. */
  readonly generation: string;
  readonly id: string;
}

interface AnnouncementOrderOptions {
  readonly deliver: (announcement: Announcement) => void;
  readonly onGap: () => void;
}

/** A read from here returns the present position and no announcements. */
export const fromNow: LogPosition = { generation: "new", id: "0-0" };

export function createAnnouncementOrder({ deliver, onGap }: AnnouncementOrderOptions) {
  let position: LogPosition & { number: number } | undefined;
  let isInUse = false;

  function deliverKnown(announcement: Announcement | undefined) {
    if (announcement) deliver(announcement);
  }

  return {
    /** From now on listeners rely on every announcement: those before the first answer of Redis are a gap. */
    markInUse: () => isInUse = true,

    position: (): LogPosition => position ?? fromNow,

    /** False: announcements before this one are missing, so all of them must be read from the log. */
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
