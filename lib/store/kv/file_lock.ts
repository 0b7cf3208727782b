// Owns the lock that lets one process at a time use a KV file. Knows nothing of what is in the file.

import { StartupError } from "../../errors.ts";

const privateFolder = 0o700;
const privateFile = 0o600;

export interface FileLock {
  release(): void;
}

/**
 * Makes the folder, then locks a file beside the KV file. Two processes could both open the KV file and would fail at
 * their first writes only. The operating system frees the lock however the process ends, so it is never stale; the
 * lock file itself stays, because removing it would pull it from under a process that just opened it.
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
    // Made here, so that nobody else may read the keys and password hashes that KV will write into it.
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
