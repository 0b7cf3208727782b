// Owns the planned end of all sockets: closes spread over time, each after a goodbye, so that clients do not all return at once.

import type { Clock } from "../clock.ts";
import { closeCodes } from "../protocol.ts";
import { Connection } from "./connection.ts";
import type { StockStream } from "./stock_stream.ts";

/** Longer than the delay of a close. */
const sliceMs = 100;
/** Up to this number, sockets are closed together, so that a process with a handful of sockets ends at once. */
const sliceSizeMin = 20;
/** The longest wait for the answers to the close frames, which would be lost with the process. */
const answerMsMax = 500;
const recheckMs = 20;
/** In the rest of the time, the last close frames are sent. */
const closingShare = 0.8;
/** The time that the other instances need for one socket that comes back. */
const msPerSocket = 4;

export async function drainSockets(
  { connections, streams }: {
    connections: ReadonlySet<Connection>;
    streams: ReadonlySet<StockStream>;
  },
  { clock, drainMs, returnMs = drainMs, random = Math.random, areGone }: {
    clock: Clock;
    drainMs: number;
    /** The longest time over which clients come back. Those that closes within `drainMs` do not delay are told to wait. */
    returnMs?: number | undefined;
    /** In [0, 1). */
    random?: (() => number) | undefined;
    /** All connections have ended. */
    areGone: () => boolean;
  },
): Promise<void> {
  const endsAt = clock.now() + drainMs;
  const sockets = [...connections, ...streams];
  const spreadMs = Math.min(returnMs, sockets.length * msPerSocket);
  const closingMs = Math.min(drainMs * closingShare, spreadMs);
  // A client that is closed late need not wait as well: only what the closes cannot spread is told to the clients.
  const returnMsMax = spreadMs - closingMs;
  const slices = Math.max(1, Math.floor(closingMs / sliceMs));
  const sliceSize = Math.max(sliceSizeMin, Math.ceil(sockets.length / slices));
  for (let first = 0; first < sockets.length; first += sliceSize) {
    for (const socket of sockets.slice(first, first + sliceSize)) {
      if (socket instanceof Connection) sendBye(socket, random() * returnMsMax);
      socket.close(closeCodes.restarting);
    }
    await clock.sleep(Math.max(0, Math.min(sliceMs, endsAt - clock.now())));
  }
  const answeredBy = Math.min(endsAt, clock.now() + answerMsMax);
  while (!areGone() && clock.now() < answeredBy) await clock.sleep(recheckMs);
}

function sendBye(connection: Connection, retryAfterMs: number) {
  connection.send({ type: "bye", retryAfterMs: Math.round(retryAfterMs) });
}
