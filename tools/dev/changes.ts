// Owns noticing changed sources: a batch for each moment in which files were written.

import { basename, join } from "node:path";

const folders = ["islands", "lib", "routes", "static", "workers"];
/** Files of the root itself. An editor may replace a file, so the folder is watched. */
const rootFiles: readonly string[] = ["main.ts", "deno.json"];

/** A program that writes several files, or one file in steps, makes one batch. */
const quietMs = 40;

export interface Changes {
  /** Waits for changed files; empty after `close`. */
  next(): Promise<readonly string[]>;
  close(): void;
}

export function watchSources(root: string): Changes {
  const watchers = [
    Deno.watchFs(folders.map((folder) => join(root, folder))),
    Deno.watchFs(root, { recursive: false }),
  ];
  const changed = new Set<string>();
  let isClosed = false;
  let wake = () => {};

  async function collect(watcher: Deno.FsWatcher, isSource: (path: string) => boolean) {
    for await (const { kind, paths } of watcher) {
      if (kind === "access") continue;
      for (const path of paths.filter(isSource)) changed.add(path);
      if (changed.size > 0) wake();
    }
  }

  const collecting = [
    collect(watchers[0]!, isSourceName),
    collect(watchers[1]!, (path) => rootFiles.includes(basename(path))),
  ];

  return {
    async next() {
      while (changed.size === 0 && !isClosed) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      if (isClosed) return [];
      await new Promise((resolve) => setTimeout(resolve, quietMs));
      const paths = [...changed];
      changed.clear();
      return paths;
    },
    close() {
      isClosed = true;
      for (const watcher of watchers) watcher.close();
      void Promise.allSettled(collecting);
      wake();
    },
  };
}

/** Not a test, and not what an editor keeps beside a file. */
export function isSourceName(path: string): boolean {
  const name = basename(path);
  return /\.\w+$/.test(name) && !/^[.#]|_test\.tsx?$|\.(sw[a-z]|tmp|bak)$/.test(name);
}
