// Owns putting the parts of a tick together. A whole tick that is missing shows at the next one, not here.

import type { Tick } from "../bus.ts";
import type { TickPart } from "../wire.ts";

export type Assembled =
  | { readonly kind: "tick"; readonly tick: Tick }
  | { readonly kind: "incomplete" }
  /** A part was lost: the snapshot holds it. */
  | { readonly kind: "gap" };

/** More parts than any tick within the bus's bounds has: what claims more is not ours. */
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
