// Owns the command that brings the import table of ARCHITECTURE.md up to date with the rules.

import { importTable, withTable } from "./import_table.ts";
import { groups, rooms } from "./rules.ts";

if (import.meta.main) {
  const path = "ARCHITECTURE.md";
  const document = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, withTable(document, importTable({ rooms, groups })));
}
