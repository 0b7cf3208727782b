// Owns the planned end of all sockets: told first, then closed bit by bit, so that they do not all come back at once.

import type { Clock } from "../clock.ts";
import { closeCodes } from "../protocol.ts";
import { visitInChunks } from "./fanout/chunks.ts";
import type { Connection } from "./connection.ts";
import type { StockStream } from "./stock_stream.ts";

/** Longer than a close lingers. */
const sliceMs = 100;
/** Fewer than these go together: nobody waits for a process with a handful of sockets. */
const sliceSizeMin = 20;
/** A process that ends before its close frames are answered takes them along; who answers none is waited for no longer. */
const answerMsMax = 500;
const lookMs = 20;
/** The rest of the time is for the close frames to get out. */
const closingShare = 0.8;

export async function drainSockets(
  { connections, streams }: {
    connections: ReadonlySet<Connection>;
    streams: ReadonlySet<StockStream>;
  },
  { clock, drainMs, random = Math.random, areGone }: {
    clock: Clock;
    drainMs: number;
    /** In [0, 1). */
    random?: (() => number) | undefined;
    /** All connections have ended. */
    areGone: () => boolean;
  },
): Promise<void> {
  const endsAt = clock.now() + drainMs;
  await visitInChunks(connections, {
    clock,
    visit: (connection) => sayBye(connection, random() * drainMs),
  });
  const sockets = [...connections, ...streams];
  const slices = Math.max(1, Math.floor(drainMs * closingShare / sliceMs));
  const sliceSize = Math.max(sliceSizeMin, Math.ceil(sockets.length / slices));
  for (let first = 0; first < sockets.length; first += sliceSize) {
    for (const socket of sockets.slice(first, first + sliceSize)) {
      socket.close(closeCodes.restarting);
    }
    await clock.sleep(Math.max(0, Math.min(sliceMs, endsAt - clock.now())));
  }
  const answeredBy = Math.min(endsAt, clock.now() + answerMsMax);
  while (!areGone() && clock.now() < answeredBy) await clock.sleep(lookMs);
}

function sayBye(connection: Connection, retryAfterMs: number) {
  connection.send({ type: "bye", retryAfterMs: Math.round(retryAfterMs) });
}
