// Owns the place in the numbered announcements: each is delivered once, and a missed one is noticed. Reads nothing.

import type { Announcement } from "../bus.ts";
import type { News } from "../wire.ts";

/** What Redis holds now, and what came after our place. */
export interface NewsState {
  readonly generation: string;
  readonly number: number;
  readonly id: string;
  readonly missed: readonly (Announcement | undefined)[];
}

export interface NewsPlace {
  readonly generation: string;
  readonly id: string;
}

interface NewsOptions {
  readonly deliver: (announcement: Announcement) => void;
  readonly onGap: () => void;
}

/** Asked with it, Redis tells its present place and no announcements. */
export const beginning: NewsPlace = { generation: "new", id: "0-0" };

export function createNews({ deliver, onGap }: NewsOptions) {
  let place: NewsPlace & { number: number } | undefined;
  let isReliedOn = false;

  function deliverKnown(announcement: Announcement | undefined) {
    if (announcement) deliver(announcement);
  }

  return {
    /** From now on somebody counts on hearing everything, though Redis may not have told its place yet. */
    relyOn: () => isReliedOn = true,

    place: (): NewsPlace => place ?? beginning,

    /** False: others before it were missed, so it is to be read back with them. */
    receive({ generation, number, id, announcement }: News): boolean {
      const isFirst = place?.generation === "" && number === 1;
      if (!isFirst && place?.generation !== generation) return false;
      const last = isFirst ? 0 : place?.number ?? 0;
      if (number > last + 1) return false;
      if (number === last + 1) {
        place = { generation, number, id };
        deliverKnown(announcement);
      }
      return true;
    },

    restore({ generation, number, id, missed }: NewsState): void {
      const former = place;
      place = { generation, number, id };
      if (!former && isReliedOn) onGap();
      if (!former) return;
      missed.forEach(deliverKnown);
      const isContinued = former.generation === generation || former.generation === "";
      if (!isContinued || missed.length !== number - former.number) onGap();
    },
  };
}
