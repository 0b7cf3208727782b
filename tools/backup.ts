// Owns `deno task backup`: writes everything in the store into one file. backup/text.ts owns the format.

import { parseArgs } from "node:util";
import { createClock } from "../lib/clock.ts";
import { StartupError } from "../lib/errors.ts";
import { backupText, noRecords } from "./backup/text.ts";
import { openBulkStore, storeHelp } from "./shared/open_store.ts";
import { countText, durationText, progressOfTask } from "./shared/progress.ts";
import { runTask, UsageError } from "./shared/task.ts";
import { isPacked } from "./shared/text_file.ts";

const usage = `Usage: deno task backup FILE[.gz]

Writes users, lists, sessions, settings and the catalog into a new file, packed if its name ends in .gz.
The file holds password hashes and the keys that sign tokens: it is made for your user alone (mode 0600); keep it so.
Links for new passwords are left out. "deno task restore" reads it into either kind of store.
From Postgres it is of one moment. From a KV Connect server that is written to meanwhile, each user is whole, but
of changes during the backup some are in it and some are not.

${storeHelp}`;

const privateFile = 0o600;

async function main(args: readonly string[]): Promise<void> {
  const { positionals: [path, ...more] } = parseArgs({ args: [...args], allowPositionals: true });
  if (path === undefined || more.length > 0) throw new UsageError("Name one file.");
  await assertNew(path);

  const clock = createClock();
  const store = await openBulkStore({ mustExist: true });
  const startedAt = clock.now();
  const counts = noRecords();
  const progress = progressOfTask({ total: undefined, clock });

  async function* batches() {
    for await (const batch of store.read()) {
      yield batch;
      progress.at(0, `${countText(counts.user)} users`);
    }
  }

  const bytes = await writeNew(path, backupText(batches(), { at: startedAt, counts }));
  progress.end();
  await store.close();
  console.info(
    `${countText(counts.user)} users and ${
      countText(counts.session)
    } sessions of ${store.name} are in ${path} ` +
      `(${countText(bytes)} bytes, ${durationText(clock.now() - startedAt)}). Keep it secret.`,
  );
}

/** Writes into a temporary file and renames it, so that a file with the final name is always complete. Returns its size. */
async function writeNew(path: string, texts: AsyncIterable<string>): Promise<number> {
  const aside = `${path}.part`;
  const file = await openNew(aside);
  try {
    const bytes = ReadableStream.from(texts).pipeThrough(new TextEncoderStream());
    const packed = isPacked(path) ? bytes.pipeThrough(new CompressionStream("gzip")) : bytes;
    for await (const chunk of packed) await writeAll(file, chunk);
    await file.sync();
    const { size } = await file.stat();
    await Deno.rename(aside, path);
    return size;
  } catch (error) {
    await Deno.remove(aside);
    throw error;
  } finally {
    file.close();
  }
}

/** Does not use the file's own stream: if that is piped into and not closed, the end is lost (Deno 2.9.6). */
async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await file.write(bytes.subarray(written));
}

/** Locks the file while it is written. Replaces a file left by an interrupted backup, so that we own it and it is private. */
async function openNew(path: string): Promise<Deno.FsFile> {
  try {
    if (await exists(path)) {
      using leftOver = await Deno.open(path, { write: true });
      await lock(leftOver, path);
      await Deno.remove(path);
    }
    const file = await Deno.open(path, { createNew: true, write: true, mode: privateFile });
    await lock(file, path);
    return file;
  } catch (cause) {
    if (cause instanceof StartupError) throw cause;
    throw new StartupError(`The file ${path} cannot be written.`, { cause });
  }
}

async function lock(file: Deno.FsFile, path: string): Promise<void> {
  if (await file.tryLock(true)) return;
  throw new StartupError(`Another backup is writing ${path}: wait for it, or name another file.`);
}

async function assertNew(path: string): Promise<void> {
  if (!await exists(path)) return;
  throw new StartupError(`${path} exists already: name a new file.`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) await runTask(usage, main);
