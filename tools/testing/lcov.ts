// Owns parsing a coverage report in the lcov format, and adding it up by folder.

export interface FileCoverage {
  /** The path as the report writes it. */
  readonly path: string;
  readonly lines: Covered;
  readonly branches: Covered;
}

export interface Covered {
  readonly hit: number;
  readonly all: number;
}

export interface FolderCoverage {
  readonly folder: string;
  readonly files: number;
  readonly lines: Covered;
  readonly branches: Covered;
}

const nothing: Covered = { hit: 0, all: 0 };

export function readLcov(text: string): FileCoverage[] {
  return text.split("end_of_record\n").flatMap((record) => {
    const [, path] = /^SF:(.+)$/m.exec(record) ?? [];
    if (path === undefined) return [];
    const count = (name: string) =>
      Number(new RegExp(`^${name}:(\\d+)$`, "m").exec(record)?.[1] ?? 0);
    return [{
      path,
      lines: { hit: count("LH"), all: count("LF") },
      branches: { hit: count("BRH"), all: count("BRF") },
    }];
  });
}

/** Returns each top folder with everything in it, followed by each of its folders with the files directly in that folder. */
export function byFolder(files: readonly FileCoverage[]): FolderCoverage[] {
  const folders = new Map<string, FileCoverage[]>();
  for (const file of files) {
    const [top = "", ...rest] = file.path.split("/");
    const direct = [top, ...rest.slice(0, -1)].join("/");
    for (const folder of new Set([top, direct])) {
      folders.set(folder, [...folders.get(folder) ?? [], file]);
    }
  }
  return [...folders].toSorted(([a], [b]) => a < b ? -1 : 1).map(([folder, inside]) => ({
    folder,
    files: inside.length,
    lines: sum(inside.map(({ lines }) => lines)),
    branches: sum(inside.map(({ branches }) => branches)),
  }));
}

/** The share is 100 % if there is nothing to cover. */
export function percentOf({ hit, all }: Covered): number {
  return all === 0 ? 100 : 100 * hit / all;
}

function sum(parts: readonly Covered[]): Covered {
  return parts.reduce((total, { hit, all }) => ({
    hit: total.hit + hit,
    all: total.all + all,
  }), nothing);
}
