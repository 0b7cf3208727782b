// Owns reading the fields of a form, among them a place in a list, and the name of the field with its one-time id.

import type { Context } from "hono";
import { Problem } from "../../lib/errors.ts";
import { textOfFile } from "../../lib/interchange/read_list.ts";

export type Form = Partial<Record<string, string>>;

/** Hidden, optional, and different in each form that a page shows. */
export const formIdField = "form";

/** The fields of a form, files as their text; of a repeated field the last one counts. */
export async function readForm(c: Context): Promise<Form> {
  const body = await c.req.parseBody().catch((cause: unknown) => {
    if (cause instanceof TypeError) throw new Problem("bad_request", { cause });
    throw cause;
  });
  const fields = Object.entries(body).map(async ([name, value]) => {
    return [name, value instanceof File ? textOfFile(await value.bytes()) : String(value)];
  });
  return Object.fromEntries(await Promise.all(fields));
}

/** Counted from 0. A field that is empty or holds no place from 0 to `max` is refused. */
export function positionIn(text: string | undefined, max: number): number {
  const position = /^\d{1,4}$/.test(text ?? "") ? Number(text) : NaN;
  if (position <= max) return position;
  throw new Problem("bad_request");
}
