// Owns the table of ARCHITECTURE.md that shows the rules: its text, and its place between two markers.

import { foldersOf } from "./patterns.ts";
import type { PathPattern, Room } from "./rules.ts";

export const writeCommand =
  "deno run --allow-read=ARCHITECTURE.md --allow-write=ARCHITECTURE.md tests/architecture/write_table.ts";

const begin = "<!-- The table is written by tests/architecture/write_table.ts -->";
const end = "<!-- End of the table -->";

/** The width of Markdown in deno.json. */
const lineWidth = 100;

interface Rules {
  readonly rooms: readonly Room[];
  /** Patterns that the table shows under one name. */
  readonly groups: Readonly<Record<string, readonly PathPattern[]>>;
}

/** As `deno fmt` lays it out: what each group stands for, then a row a room. */
export function importTable({ rooms, groups }: Rules): string {
  const items = Object.entries(groups)
    .map(([name, patterns]) => wrap(`- _${name}_: ${codes(patterns)}`));
  const rows = rooms.map((room) => [codes(room.files), mayText(room, groups)]);
  return `${items.join("")}\n${layOut([["files", "may import"], ...rows])}`;
}

/** The document with the present table. Throws when the markers are not there. */
export function withTable(document: string, table: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`ARCHITECTURE.md has no lines ${begin} and ${end}`);
  return `${document.slice(0, from)}${begin}\n\n${table}\n${document.slice(to)}`;
}

function mayText(room: Room, groups: Rules["groups"]): string {
  const named = Object.entries(groups)
    .filter(([, patterns]) => patterns.every((pattern) => room.may.includes(pattern)));
  const grouped = new Set(named.flatMap(([, patterns]) => patterns));
  const others = room.may.filter((pattern) => !grouped.has(pattern));
  const parts = [
    ...named.map(([name]) => `_${name}_`),
    ...(others.length > 0 ? [codes(others)] : []),
  ];
  return parts.join(", ") || (foldersOf(room).length > 0 ? "itself alone" : "nothing");
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** Further lines of a list's item are indented. */
function wrap(item: string): string {
  const lines = [""];
  for (const word of item.split(" ")) {
    const line = lines.at(-1) ?? "";
    const longer = line.trim() === "" ? line + word : `${line} ${word}`;
    if (longer.length <= lineWidth) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return `${lines.join("\n")}\n`;
}

function layOut(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.keys() ?? [];
  const widths = [...columns].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |\n`;
  const [head, ...others] = rows.map(line);
  return [head, line(widths.map((width) => "-".repeat(width))), ...others].join("");
}
