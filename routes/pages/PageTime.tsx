// Owns how the server writes the time of prices that do not move.

import type { JSX } from "preact";

/** UTC, because the server does not know the reader's time zone. */
export function PageTime({ at }: { at: number }): JSX.Element {
  const iso = new Date(at).toISOString();
  return <time dateTime={iso}>{iso.slice(11, 19)} UTC</time>;
}
