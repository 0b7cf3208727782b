// Owns the text of a backup: a header, a record a line, and a last line that tells a whole text from a cut or changed one.

import { createHash, type Hash } from "node:crypto";
import { z } from "zod";
import { StartupError } from "../../lib/errors.ts";
import { recordKinds, type StoreRecord } from "../../lib/store/bulk.ts";
import { recordForm } from "./records.ts";
import type { Line } from "../shared/lines.ts";

/** Grows when an older reader could no longer read the text. */
const version = 1;

/** The whole catalog stands in one line. A longer line is none of ours. */
export const lineLengthMax = 64 * 1024 * 1024;

export type RecordCounts = { -readonly [Kind in StoreRecord["kind"]]: number };

const header = z.object({
  format: z.literal("quoteboard-backup"),
  version: z.int(),
  /** When it was begun, ISO 8601. */
  at: z.iso.datetime(),
});

const end = z.object({
  kind: z.literal("end"),
  counts: z.record(z.enum(recordKinds), z.int()),
  /** Of all lines before this one, each with its end. Hex. */
  sha256: z.string(),
});

export function noRecords(): RecordCounts {
  return { setting: 0, catalog: 0, revoked: 0, session: 0, user: 0 };
}

/** `counts` grows with the records that went by. */
export async function* backupText(
  batches: AsyncIterable<readonly StoreRecord[]>,
  { at, counts }: { at: number; counts: RecordCounts },
): AsyncGenerator<string> {
  const hash = createHash("sha256");

  function hashed(text: string): string {
    hash.update(text);
    return text;
  }

  const time = new Date(at).toISOString();
  yield hashed(lineOf({ format: "quoteboard-backup", version, at: time }));
  for await (const batch of batches) {
    for (const { kind } of batch) counts[kind]++;
    yield hashed(batch.map(lineOf).join(""));
  }
  yield lineOf({ kind: "end", counts, sha256: hash.digest("hex") });
}

/**
 * The records of a text. Throws a StartupError when it is not a backup, or, after its last record, when it is not whole: so a
 * text is read to its end once before anything is done with it. `name` is the file's.
 */
export async function* readBackup(
  lines: AsyncIterable<Line>,
  { name, counts }: { name: string; counts: RecordCounts },
): AsyncGenerator<StoreRecord> {
  const hash = createHash("sha256");
  let isBegun = false;
  let isEnded = false;

  for await (const { number, text = "" } of lines) {
    if (isEnded) throw new StartupError(`${name} goes on after its last line: it was changed.`);
    const value = parsed(text);
    if (!isBegun) {
      assertHeader(value, name);
      isBegun = true;
    } else if (end.safeParse(value).success) {
      assertWhole(end.parse(value), { hash, counts, name });
      isEnded = true;
    } else {
      const record = recordForm.safeParse(value);
      if (!record.success) {
        throw new StartupError(`Line ${number} of ${name} is cut off or damaged.`);
      }
      counts[record.data.kind]++;
      yield record.data;
    }
    hash.update(`${text}\n`);
  }
  if (!isEnded) throw new StartupError(`${name} is cut off: its last line is missing.`);
}

function assertHeader(value: unknown, name: string): void {
  const read = header.safeParse(value);
  if (!read.success) throw new StartupError(`${name} is no backup of Quoteboard.`);
  if (read.data.version === version) return;
  throw new StartupError(
    `${name} is of format ${read.data.version}; this version of Quoteboard reads format ${version}.`,
  );
}

function assertWhole(
  last: z.infer<typeof end>,
  { hash, counts, name }: { hash: Hash; counts: RecordCounts; name: string },
): void {
  const isWhole = hash.copy().digest("hex") === last.sha256 &&
    recordKinds.every((kind) => counts[kind] === last.counts[kind]);
  if (!isWhole) throw new StartupError(`${name} was changed or damaged: its checksum differs.`);
}

/** Undefined: no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told by the caller, without a word of the text: it is secret.
    return undefined;
  }
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
