// Owns the rows of README.md and .env.example for the variables of the quote sources, and the command that writes them.

import type { SourceDefinition } from "../../lib/sources/source.ts";
import { sources } from "../../lib/sources/sources.ts";

export const writeCommand = "npx deno task variables";

const tableBegin = "The quote sources have their own:\n\n";
const exampleBegin = "# Quote sources\n";

type Sources = readonly Pick<SourceDefinition, "name" | "variables">[];

/** README.md with a table of the variables, laid out as `deno fmt` does. Throws if the table's place is not found. */
export function withTable(readme: string, sources: Sources): string {
  const rows = rowsOf(sources).map(({ source, name, meaning }) => [`\`${name}\``, source, meaning]);
  const table = [["variable", "source", "meaning"], ...rows];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0))
  );
  const line = (row: readonly string[], fill = " ") =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(" | ")} |\n`;
  const [head = [], ...body] = table;
  const text = [line(head), line(["", "", ""], "-"), ...body.map((row) => line(row))].join("");
  const from = placeAfter(readme, tableBegin);
  const end = readme.indexOf("\n\n", from);
  return readme.slice(0, from) + text + (end < 0 ? "" : readme.slice(end + 1));
}

/** .env.example, whose last part is that of the sources. Throws if this part is not found. */
export function withExamples(example: string, sources: Sources): string {
  const rows = rowsOf(sources).map(({ source, name, meaning }) =>
    `# ${source}: ${meaning}\n# ${name}=\n`
  );
  return example.slice(0, placeAfter(example, exampleBegin)) + rows.join("");
}

function rowsOf(sources: Sources) {
  return sources.flatMap(({ name: source, variables }) =>
    variables.map(({ name, meaning }) => ({ source, name, meaning }))
  );
}

function placeAfter(text: string, marker: string): number {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`There is no line ${JSON.stringify(marker.trim())}.`);
  return at + marker.length;
}

if (import.meta.main) {
  for (const [path, write] of [["README.md", withTable], [".env.example", withExamples]] as const) {
    await Deno.writeTextFile(path, write(await Deno.readTextFile(path), sources));
  }
}
