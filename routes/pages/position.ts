// Owns reading a place in a list from a form's field.

import { Problem } from "../../lib/errors.ts";

/** Counted from 0. A field that is empty or holds no place from 0 to `max` is refused. */
export function positionIn(text: string | undefined, max: number): number {
  const position = /^\d{1,4}$/.test(text ?? "") ? Number(text) : NaN;
  if (position <= max) return position;
  throw new Problem("bad_request");
}
