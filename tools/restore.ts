// Owns `deno task restore`: reads a backup into an empty store, or replaces the content of a store with it.

import { parseArgs } from "node:util";
import { keySetSetting } from "../lib/auth/sessions/signing_keys.ts";
import { type Clock, createClock } from "../lib/clock.ts";
import { StartupError } from "../lib/errors.ts";
import type { BulkStore, StoreRecord } from "../lib/store/bulk.ts";
import { lineLengthMax, noRecords, readBackup, type RecordCounts } from "./backup/text.ts";
import { linesOf } from "./shared/lines.ts";
import { openBulkStore, storeHelp } from "./shared/open_store.ts";
import { countText, durationText, progressOfTask } from "./shared/progress.ts";
import { runTask, UsageError } from "./shared/task.ts";
import { openTextFile } from "./shared/text_file.ts";

const usage = `Usage: deno task restore FILE [--replace] [--sign-out]

Reads a file that "deno task backup" wrote, of either kind of store, into the store of these settings.
The whole file is checked first: one that is cut off or was changed is refused, and nothing is written.
A store that has users is refused too; --replace empties it first. Stop the service meanwhile, with Postgres too:
it would go on with its old keys. Interrupted, the restore is run again with --replace.
Sessions come back as they were, those that ended since too: --sign-out leaves all of them out, and the keys that
signed their tokens, so that everybody signs in again.

${storeHelp}`;

/** How much is written at once. */
const batchRecordsMax = 1_000;
const batchTickersMax = 50_000;

async function main(args: readonly string[]): Promise<void> {
  const options = {
    "replace": { type: "boolean", default: false },
    "sign-out": { type: "boolean", default: false },
  } as const;
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
  const { replace, "sign-out": signOut } = values;
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new UsageError("Name one file.");

  const clock = createClock();
  const startedAt = clock.now();
  const store = await openBulkStore();
  if (!replace && await store.hasUsers()) {
    throw new StartupError(
      `${store.name} has users already: nothing was changed. --replace puts the backup in their place.`,
    );
  }
  await readBatches(path, { doing: "checked", clock, use: () => Promise.resolve() });
  await store.clear();
  const use: BulkStore["put"] = (batch) =>
    store.put(signOut ? batch.filter((record) => !signsIn(record)) : batch);
  const counts = await readBatches(path, { doing: "restored", clock, use });
  await store.close();
  console.info(
    `${countText(counts.user)} users and ${
      countText(signOut ? 0 : counts.session)
    } sessions are in ${store.name} ` +
      `(${durationText(clock.now() - startedAt)}). Restart the service.`,
  );
}

async function readBatches(
  path: string,
  { doing, clock, use }: { doing: string; clock: Clock; use: BulkStore["put"] },
): Promise<RecordCounts> {
  const file = await openTextFile(path);
  const lines = linesOf(file.chunks, { lengthMax: lineLengthMax });
  const progress = progressOfTask({ total: file.bytes, clock });
  const counts = noRecords();
  let batch: StoreRecord[] = [];
  let tickers = 0;
  for await (const record of readBackup(lines, { name: path, counts })) {
    batch.push(record);
    tickers += tickersOf(record);
    if (batch.length < batchRecordsMax && tickers < batchTickersMax) continue;
    await use(batch);
    batch = [];
    tickers = 0;
    progress.at(file.readBytes(), `${countText(counts.user)} users ${doing}`);
  }
  await use(batch);
  progress.end();
  return counts;
}

/** True for a session and for the keys that sign access tokens. */
function signsIn(record: StoreRecord): boolean {
  return record.kind === "session" || (record.kind === "setting" && record.name === keySetSetting);
}

function tickersOf(record: StoreRecord): number {
  if (record.kind !== "user") return 0;
  return record.lists.reduce((sum, { tickers }) => sum + tickers.length, 0);
}

if (import.meta.main) await runTask(usage, main);
