// Owns the format of a backup: a header, one record on each line, and a last line that shows whether the text is complete and unchanged.

import { createHash, type Hash } from "node:crypto";
import { z } from "zod";
import { StartupError } from "../../lib/errors.ts";
import { recordKinds, type StoreRecord } from "../../lib/store/bulk.ts";
import { recordForm } from "./records.ts";
import type { Line } from "../shared/lines.ts";

/** Increased when an older version could no longer read the text. */
const version = 1;

/** The whole catalog is one line, so the bound is large. This program writes no longer line. */
export const lineLengthMax = 64 * 1024 * 1024;

export type RecordCounts = { -readonly [Kind in StoreRecord["kind"]]: number };

const header = z.object({
  format: z.literal("quoteboard-backup"),
  version: z.int(),
  /** When the backup was started, ISO 8601. */
  at: z.iso.datetime(),
});

const end = z.object({
  kind: z.literal("end"),
  counts: z.record(z.enum(recordKinds), z.int()),
  /** SHA-256 of all lines before this one with their line ends, in hex. */
  sha256: z.string(),
});

export function noRecords(): RecordCounts {
  return { setting: 0, catalog: 0, revoked: 0, session: 0, user: 0 };
}

/** Increases `counts` for each record that passes. */
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
 * Yields the records of a text. Throws a StartupError if the text is not a backup or, after the last record, if it is not complete.
 * So a caller reads a text to its end once before it uses any record. `name` is the name of the file.
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

/** Returns undefined if the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller reports it and quotes nothing, because the text is secret.
    return undefined;
  }
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
