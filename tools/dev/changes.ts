// Owns noticing changed source files: it reports the files that were written at about the same time as one batch.

import { basename, join } from "node:path";

const folders = ["islands", "lib", "routes", "static", "workers"];
/** Files in the root folder. The folder is watched, because an editor may replace a file instead of writing into it. */
const rootFiles: readonly string[] = ["main.ts", "deno.json"];

/** Files that a program writes within this time are one batch. */
const quietMs = 40;

export interface Changes {
  /** Waits for changed files. Returns an empty list after `close`. */
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

/** Tests, and the temporary files of editors, are not sources. */
export function isSourceName(path: string): boolean {
  const name = basename(path);
  return /\.\w+$/.test(name) && !/^[.#]|_test\.tsx?$|\.(sw[a-z]|tmp|bak)$/.test(name);
}
