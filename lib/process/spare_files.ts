// Owns file descriptors in reserve: while no connection can be accepted, calls to the store, the bus and the sources need some.

/** Open while the service listens, and free while it cannot. */
const heldCount = 24;
/** This many more must be free before the service listens again, so that it does not fail at the next connection. */
const alsoFreeCount = 8;

export interface SpareFiles {
  /** False if too few descriptors are free; then none is held. Always true where this file may not be read. */
  hold(): boolean;
  release(): void;
}

/** Any file serves. This one exists where the program runs from its sources. */
export function createSpareFiles(path: string | undefined = import.meta.filename): SpareFiles {
  let held: Deno.FsFile[] = [];

  function release() {
    for (const file of held) file.close();
    held = [];
  }

  return {
    hold() {
      try {
        while (path && held.length < heldCount + alsoFreeCount) held.push(Deno.openSync(path));
      } catch (error) {
        release();
        return error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.NotFound;
      }
      for (const file of held.splice(heldCount)) file.close();
      return true;
    },
    release,
  };
}
