// Owns the pace at which new sockets come in: some at a time, from the upgrade to the first messages; the others wait. Knows no sockets.

import type { Clock } from "../clock.ts";

/** Sockets between their upgrade and their first messages. More wait, so that those that came before are served first. */
const underWayMax = 32;
/** Upgrades that wait. One more is refused: its client comes back. Each takes as much memory as a socket. */
const waitingMax = 10_000;
/** A socket that has not opened in this time makes room, because its client may have left. */
const settleMs = 2_000;

/** Called when the socket has its first messages, or is gone. Further calls do nothing. */
export type Settle = () => void;

/** A request: reading its signal is what makes the platform watch for a client that leaves. Read only if it has to wait. */
export interface Client {
  readonly signal: AbortSignal;
}

export interface Arrivals {
  /** Resolves when it is the socket's turn. Undefined: too many wait, or the client has left meanwhile. */
  arrive(client: Client): Promise<Settle | undefined>;
}

export function createArrivals({ clock }: { clock: Clock }): Arrivals {
  const waiting: { readonly signal: AbortSignal; readonly take: (isHere: boolean) => void }[] = [];
  let underWay = 0;

  function begin(): Settle {
    let isSettled = false;
    const cancel = clock.after(settleMs, settle);

    function settle() {
      if (isSettled) return;
      isSettled = true;
      cancel();
      let next = waiting.shift();
      for (; next?.signal.aborted; next = waiting.shift()) next.take(false);
      if (next) next.take(true);
      else underWay--;
    }

    return settle;
  }

  return {
    async arrive(client) {
      if (underWay < underWayMax) {
        underWay++;
        return begin();
      }
      if (waiting.length >= waitingMax) return undefined;
      const { signal } = client;
      // The place of the socket that settled is handed over.
      const isHere = await new Promise<boolean>((take) => waiting.push({ signal, take }));
      return isHere ? begin() : undefined;
    },
  };
}
