// Owns the arguments of `deno test`: its permissions, and a lock file that it may write.

/** The types are checked once, before all tests. */
export function denoTestArgs(lock: string, args: readonly string[]): string[] {
  return ["test", "--no-check", "--quiet", "-P=test", `--lock=${lock}`, ...args];
}

/** Packages that only a test fetches (for a source that few people choose) must not enter the lock file that all installs use. */
export async function withLockCopies<T>(
  work: (copyLock: () => Promise<string>) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "quoteboard-locks-" });
  let copies = 0;
  async function copyLock() {
    const path = `${folder}/${copies++}.lock`;
    await Deno.copyFile("deno.lock", path);
    return path;
  }
  try {
    return await work(copyLock);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Shows the output as it arrives. True if all tests passed. */
export function runDenoTest(args: readonly string[]): Promise<boolean> {
  return withLockCopies(async (copyLock) => {
    const command = new Deno.Command(Deno.execPath(), {
      args: denoTestArgs(await copyLock(), args),
    });
    return (await command.spawn().status).success;
  });
}
