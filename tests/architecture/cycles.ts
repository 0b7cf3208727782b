// Owns the search for import cycles: one path for each group of files that reach each other.

import type { Imports } from "./imports.ts";

type Graph = ReadonlyMap<string, readonly string[]>;

/** Each as "a.ts -> b.ts -> a.ts", the shortest of its group. */
export function cyclesIn(imports: Imports): string[] {
  const graph: Graph = new Map([...imports].map(([path, list]) => [
    path,
    list.flatMap(({ target }) => target !== undefined && imports.has(target) ? [target] : []),
  ]));
  return groupsOf(graph).map((group) => shortestIn(graph, group).join(" -> ")).sort();
}

/** Tarjan's strongly connected components that have a cycle. */
export function groupsOf(graph: Graph): string[][] {
  const groups: string[][] = [];
  const indexes = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();

  /** The lowest index that the file reaches on the stack. */
  function visit(file: string): number {
    const index = indexes.size;
    let lowest = index;
    indexes.set(file, index);
    stack.push(file);
    onStack.add(file);
    for (const next of graph.get(file) ?? []) {
      const seen = indexes.get(next);
      if (seen === undefined) lowest = Math.min(lowest, visit(next));
      else if (onStack.has(next)) lowest = Math.min(lowest, seen);
    }
    if (lowest === index) {
      const group = stack.splice(stack.indexOf(file));
      for (const member of group) onStack.delete(member);
      if (group.length > 1 || graph.get(file)?.includes(file)) groups.push(group);
    }
    return lowest;
  }

  for (const file of graph.keys()) if (!indexes.has(file)) visit(file);
  return groups;
}

/** Breadth first from each file back to itself; begins and ends with the same file. */
function shortestIn(graph: Graph, group: readonly string[]): string[] {
  const paths = group.toSorted().map((start) => {
    const reached = new Map<string, string[]>([[start, [start]]]);
    for (const [file, path] of reached) {
      for (const next of graph.get(file) ?? []) {
        if (next === start) return [...path, start];
        if (group.includes(next) && !reached.has(next)) reached.set(next, [...path, next]);
      }
    }
    return [];
  });
  return paths.reduce((best, path) => path.length < best.length ? path : best);
}
