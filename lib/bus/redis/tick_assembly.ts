// Owns joining the parts of a tick. Does not detect a missing tick: the next one names the version before it.

import type { Tick } from "../bus.ts";
import type { TickPart } from "../wire.ts";

export type Assembled =
  | { readonly kind: "tick"; readonly tick: Tick }
  | { readonly kind: "incomplete" }
  /** A part was lost; the snapshot has its quotes. */
  | { readonly kind: "gap" };

/** More parts than a tick within the bounds of the bus can have; a message that claims more is faulty. */
const partsMax = 100;

export function createTickAssembly() {
  let received: TickPart[] = [];

  return function assemble(part: TickPart): Assembled {
    const [first] = received;
    const isSameTick = first?.head.epoch === part.head.epoch && first.head.seq === part.head.seq;
    if (!isSameTick) received = [];
    if (part.part !== received.length + 1 || part.parts > partsMax) {
      received = [];
      return { kind: "gap" };
    }
    received.push(part);
    if (part.part < part.parts) return { kind: "incomplete" };
    const tick = {
      ...part.head,
      quotes: received.flatMap(({ quotes }) => quotes),
      unchanged: received.flatMap(({ unchanged }) => unchanged),
    };
    received = [];
    return { kind: "tick", tick };
  };
}
