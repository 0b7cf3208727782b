// Owns the lock of a KV file: one process at a time may use it. Does not read the file.

import { StartupError } from "../../errors.ts";

const privateFolder = 0o700;
const privateFile = 0o600;

export interface FileLock {
  release(): void;
}

/**
 * Creates the folder, then locks a file beside the KV file. Without the lock, two processes could open the KV file, and
 * only their writes would fail. The operating system frees the lock when the process ends, even after a crash. The lock
 * file stays, because another process may have opened it already.
 */
export async function lockKvFile(path: string): Promise<FileLock> {
  const file = await openLockFile(path);
  if (await file.tryLock(true)) return { release: () => file.close() };
  file.close();
  throw new StartupError(
    `The KV file ${path} is in use by another running process: stop that one, or set KV_PATH to another file.`,
  );
}

async function openLockFile(path: string): Promise<Deno.FsFile> {
  const folder = folderOf(path);
  try {
    await Deno.mkdir(folder, { recursive: true, mode: privateFolder });
    // Created here with private access: KV writes keys and password hashes into it.
    (await Deno.open(path, { create: true, append: true, mode: privateFile })).close();
    return await Deno.open(`${path}.lock`, { create: true, write: true, mode: privateFile });
  } catch (cause) {
    throw new StartupError(
      `The folder ${folder} cannot be written: set KV_PATH to a file in a folder that this process may write.`,
      { cause },
    );
  }
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  if (end < 0) return ".";
  return path.slice(0, end) || "/";
}
