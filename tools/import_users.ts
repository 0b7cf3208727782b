// Owns `deno task users:import`: adds the users of a CSV file to the store. users/csv.ts owns the meaning of a line.

import { parseArgs } from "node:util";
import { createClock } from "../lib/clock.ts";
import { StartupError } from "../lib/errors.ts";
import type { Ticker } from "../lib/quote.ts";
import { readSymbol } from "../lib/securities/find_security.ts";
import { readUniverse } from "../lib/securities/universe.ts";
import type { BulkStore, UserRecord } from "../lib/store/bulk.ts";
import { type Line, linesOf } from "./shared/lines.ts";
import { openBulkStore, storeHelp } from "./shared/open_store.ts";
import { countText, durationText, progressOfTask } from "./shared/progress.ts";
import { createRefusals, type Refusals } from "./shared/refusals.ts";
import { runTask, UsageError } from "./shared/task.ts";
import { openTextFile } from "./shared/text_file.ts";
import {
  createUserReader,
  optionalColumns,
  requiredColumns,
  type UserReaderOptions,
} from "./users/csv.ts";

const usage = `Usage: deno task users:import FILE.csv [--report REFUSED.txt]

Puts the users of a CSV file (UTF-8, one a line) into the store. Its first line names the columns, in any order:
  ${requiredColumns.join(", ")}, and if you like ${optionalColumns.join(", ")}
Passwords come as Argon2id hashes in PHC form, in quotes since they hold commas; plain passwords are refused.
Each is verified with its own parameters, and becomes a hash of ours at the first sign-in.
Tickers are separated by blanks, in any spelling; former ones become the present ones. Those that are not known here are left
out and reported: the known ones are those of this version, and those in the store that the quote source lists. Users who exist already are left as they are, and a name given twice is taken once.
Interrupted, even by force, it may be run again with the same file: it goes on with those who are missing.
Lines that are refused are told by number and reason; --report writes all of them to a file. Exit code 1: there were some, or tickers were left out.

${storeHelp}`;

/** How many users are added at once. */
const batchUsers = 1_000;

/** Far more than a user with a full list needs. A longer line is refused. */
const lineLengthMax = 16_384;

export interface ImportTotals {
  readonly created: number;
  readonly existing: number;
  readonly refused: number;
  /** The number of users whose list lacks some of their tickers. */
  readonly leftOut: number;
}

export interface ImportOptions extends UserReaderOptions {
  readonly store: Pick<BulkStore, "addUsers">;
  readonly refusals: Refusals;
  /** Takes the lines whose users are imported without some of their tickers. */
  readonly leftOut: Refusals;
  /** Called after each batch. */
  readonly onBatch: (totals: ImportTotals) => void;
}

/** Throws a StartupError if the first line is not the header. */
export async function importUsers(
  lines: AsyncIterable<Line>,
  { store, refusals, leftOut, onBatch, ...options }: ImportOptions,
): Promise<ImportTotals> {
  let readUser: ReturnType<typeof createUserReader>;
  let batch: UserRecord[] = [];
  let created = 0;
  let existing = 0;

  async function add(): Promise<void> {
    const added = await store.addUsers(batch);
    created += added;
    existing += batch.length - added;
    batch = [];
    onBatch(totals());
  }

  function totals(): ImportTotals {
    return { created, existing, refused: refusals.count(), leftOut: leftOut.count() };
  }

  for await (const { number, text } of lines) {
    if (!readUser) {
      readUser = createUserReader(text ?? "", options);
      if (!readUser) throw new StartupError(headerFault);
      continue;
    }
    if (text === undefined) refusals.add(number, "The line is too long to be a user.");
    else if (text.includes("\ufffd")) refusals.add(number, "The line is not UTF-8 text.");
    else if (text.trim() !== "") {
      const read = readUser(text);
      if (read.kind === "refused") refusals.add(number, read.reason);
      else {
        batch.push(read.record);
        if (read.leftOut !== undefined) leftOut.add(number, read.leftOut);
      }
    }
    if (batch.length >= batchUsers) await add();
  }
  if (!readUser) throw new StartupError(headerFault);
  if (batch.length > 0) await add();
  return totals();
}

const headerFault = `The first line must name the columns: ${requiredColumns.join(", ")}, ` +
  `and if you like ${optionalColumns.join(", ")}.`;

async function main(args: readonly string[]): Promise<void> {
  const options = { report: { type: "string" } } as const;
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new UsageError("Name one CSV file.");

  const clock = createClock();
  const file = await openTextFile(path);
  const report = values.report ? await openReport(values.report, { not: path }) : undefined;
  const refusals = createRefusals(report);
  const leftOut = createRefusals(report);
  const store = await openBulkStore();
  const known = await knownTickers(store);
  const startedAt = clock.now();
  const progress = progressOfTask({ total: file.bytes, clock });
  const totals = await importUsers(linesOf(file.chunks, { lengthMax: lineLengthMax }), {
    store,
    refusals,
    leftOut,
    clock,
    readTicker: (text) => readSymbol(text, (ticker) => known.has(ticker)),
    onBatch: (sofar) => progress.at(file.readBytes(), totalsText(sofar)),
  });
  progress.end();
  await store.close();
  refusals.close();
  console.info(`${totalsText(totals)} (${store.name}, ${durationText(clock.now() - startedAt)}).`);
  if (totals.refused + totals.leftOut === 0) return;
  for (const lines of [refusals, leftOut]) if (lines.count() > 0) console.error(lines.text());
  Deno.exit(1);
}

function totalsText({ created, existing, refused, leftOut }: ImportTotals): string {
  return `${countText(created)} created, ${countText(existing)} there already, ` +
    `${countText(refused)} refused` +
    (leftOut > 0 ? `, ${countText(leftOut)} with tickers left out` : "");
}

/** The tickers of universe.json, and those that the quote source of this store listed the last time. */
async function knownTickers(store: Pick<BulkStore, "read">): Promise<ReadonlySet<Ticker>> {
  const known = new Set(readUniverse().listings.map(({ security }) => security.ticker));
  for await (const records of store.read()) {
    for (const record of records) {
      if (record.kind === "catalog") { for (const { ticker } of record.entries) known.add(ticker); }
    }
    // The kinds come in the order of `recordKinds`. A store may have millions of users.
    if (records.some(({ kind }) => kind !== "setting" && kind !== "catalog")) break;
  }
  return known;
}

async function openReport(path: string, { not: source }: { not: string }): Promise<Deno.FsFile> {
  const file = await openToWrite(path);
  if (await Deno.realPath(path) === await Deno.realPath(source)) {
    throw new StartupError("The report cannot take the place of the file that is read.");
  }
  await file.truncate();
  return file;
}

async function openToWrite(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { create: true, write: true });
  } catch (cause) {
    throw new StartupError(`The report ${path} cannot be written.`, { cause });
  }
}

if (import.meta.main) await runTask(usage, main);
