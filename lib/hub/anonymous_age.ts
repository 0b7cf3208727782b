// Owns how long an anonymous socket lives. What an unknown client leaves behind in the process ends with its socket.

import { type CloseCode, closeCodes } from "../protocol.ts";

/** The longest time; the client then comes back with a new socket, perhaps at another instance. */
export const anonymousMsMax = 60 * 60_000;
/** Sockets that came together, as after a restart, leave within this share of the time. */
const jitterShare = 0.1;
/** Later ones are closed at the next sweep, so that a sweep writes no more than this, and their clients return bit by bit. */
export const closedPerSweepMax = 100;

export interface AgingSocket {
  readonly isAnonymous: boolean;
  /** Unix ms. */
  readonly anonymousUntil: number;
  close(code: CloseCode): void;
}

export function anonymousUntil(now: number, random: () => number): number {
  return now + anonymousMsMax * (1 - jitterShare * random());
}

export function closeAged(sockets: Iterable<AgingSocket>, now: number): void {
  let left = closedPerSweepMax;
  for (const socket of sockets) {
    if (!socket.isAnonymous || socket.anonymousUntil > now) continue;
    if (left-- === 0) return;
    socket.close(closeCodes.resync);
  }
}
