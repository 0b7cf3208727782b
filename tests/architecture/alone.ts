// Owns the judgement of what one file alone may do: act when it is imported, and read the environment.

import { isProduct, isScript, type Tree } from "./tree.ts";

const actsAtTopLevel = /^(?:await |const .* = (?:await )?)?Deno\.(?:serve|cron|openKv)\(/m;
const readsEnvironment = /Deno\.env|process\.env/;

/** Files that serve, register cron or open KV at their top level. */
export function filesThatAct(tree: Tree): string[] {
  return scriptsWith(tree, actsAtTopLevel).filter((path) => path !== "main.ts");
}

/** A task and a benchmark are programs of their own, with variables of their own. */
export function filesThatReadEnvironment(tree: Tree): string[] {
  return scriptsWith(tree, readsEnvironment)
    .filter((path) => path !== "lib/config.ts" && !/^(?:tools|bench)\//.test(path));
}

function scriptsWith(tree: Tree, pattern: RegExp): string[] {
  return [...tree].filter(([path, text]) => isProduct(path) && isScript(path) && pattern.test(text))
    .map(([path]) => path);
}
