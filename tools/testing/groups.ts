// Owns which test files run together. The folder of a file and the servers it starts decide this, so files need no registration.

import { join } from "node:path";

/**
 * unit: needs no server and no browser.
 * waiting: waits for ticks and is mostly idle; its assertions depend on ticks that arrive.
 * heavy: needs the processor, and would delay the ticks of other tests.
 */
export type Group = "unit" | "waiting" | "heavy";

export interface TestFile {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly text: string;
}

interface Rule {
  readonly group: Group;
  readonly path: RegExp;
  /** If set, the rule fits only a file that imports this helper of tests/support/. */
  readonly helper?: RegExp;
}

/** The first rule that fits is used. Files of a group start in the order of its rules: the longest first. */
const rules: readonly Rule[] = [
  { group: "heavy", path: /^tests\/simulation\/simulation_/ },
  { group: "heavy", path: /^tests\/chaos\/durability_/ },
  { group: "waiting", path: /^tests\/chaos\// },
  { group: "waiting", path: /^tests\/http\/live_/ },
  { group: "waiting", path: /^tests\/e2e\// },
  { group: "waiting", path: /^[a-z]+\//, helper: /^redis(_\w+)?$/ },
  { group: "heavy", path: /^tests\/(fuzz|http|simulation)\// },
  { group: "heavy", path: /^(lib|workers|routes|tools)\//, helper: /^(postgres|server|task)$/ },
  { group: "unit", path: /^(lib|workers|routes|islands|tools)\// },
  { group: "unit", path: /^tests\/((architecture|support)\/|[^/]+$)/ },
];

/** Returns the files of each group in the order in which they start. Throws if a file belongs to no group. */
export function planOf(files: readonly TestFile[]): Record<Group, string[]> {
  const plan: Record<Group, string[]> = { unit: [], waiting: [], heavy: [] };
  const placed = files.map((file) => ({ path: file.path, place: placeOf(file) }));
  const lost = placed.filter(({ place }) => place === -1).map(({ path }) => path);
  if (lost.length > 0) {
    throw new Error(`No rule of tools/testing/groups.ts fits ${lost.join(", ")}.`);
  }
  placed.sort((a, b) => a.place - b.place || (a.path < b.path ? -1 : 1));
  for (const { path, place } of placed) plan[rules[place]!.group].push(path);
  return plan;
}

function placeOf({ path, text }: TestFile): number {
  const imports = text.matchAll(/^(?:import|\}).* from "[^"]*\bsupport\/(\w+)\.ts"/gm);
  const helpers = [...imports].map(([, name]) => name!);
  return rules.findIndex((rule) =>
    rule.path.test(path) &&
    (rule.helper === undefined || helpers.some((name) => rule.helper!.test(name)))
  );
}

/** Returns all files that `deno test` would find. */
export async function findTestFiles(root: string): Promise<TestFile[]> {
  const files: TestFile[] = [];
  for await (const path of testPaths(root)) {
    files.push({ path, text: await Deno.readTextFile(join(root, path)) });
  }
  return files;
}

const skipped = new Set(["node_modules", "dist", "data", "coverage"]);

async function* testPaths(root: string, folder = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
    const path = folder ? `${folder}/${name}` : name;
    if (isDirectory) {
      if (!name.startsWith(".") && !skipped.has(name)) yield* testPaths(root, path);
    } else if (/(^|[_.])test\.(ts|tsx|mts|js|mjs|jsx)$/.test(name)) {
      yield path;
    }
  }
}
