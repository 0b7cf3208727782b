import assert from "node:assert/strict";
import { importTable, withTable } from "./import_table.ts";
import type { Room } from "./rules.ts";

const groups = { basics: ["lib/quote.ts", "lib/clock.ts"] };
const rooms: readonly Room[] = [
  { files: ["lib/quote.ts"], may: [] },
  {
    files: ["lib/hub/"],
    may: ["lib/quote.ts", "lib/clock.ts", "lib/bus/bus.ts"],
  },
  { files: ["lib/render/"], may: [] },
  { files: ["lib/bus/"], may: ["lib/quote.ts"] },
];
const table = importTable({ rooms, groups });

Deno.test("what groups stand for comes first, then a row for each room, in columns", () => {
  assert.equal(
    table,
    `\
- _basics_: \`lib/quote.ts\`, \`lib/clock.ts\`

| files          | may import                 |
| -------------- | -------------------------- |
| \`lib/quote.ts\` | nothing                    |
| \`lib/hub/\`     | _basics_, \`lib/bus/bus.ts\` |
| \`lib/render/\`  | itself alone               |
| \`lib/bus/\`     | \`lib/quote.ts\`             |
`,
  );
});

Deno.test("a long group is wrapped as Markdown is formatted here", () => {
  const names = Array.from({ length: 12 }, (_, index) => `lib/name_${index}.ts`);
  const text = importTable({ rooms: [], groups: { basics: names } });
  const [first = "", second = "", third = ""] = text.split("\n");
  assert.ok([first, second, third].every(({ length }) => length <= 100), text);
  assert.ok(`${first} ${second.trim().split(" ")[0]}`.length > 100, text);
  assert.ok(second.startsWith("  `lib/") && third.endsWith("`lib/name_11.ts`"), text);
});

const begin = "<!-- The table is written by tests/architecture/write_table.ts -->";
const end = "<!-- End of the table -->";

Deno.test("the table is put between the markers, and put again it changes nothing", () => {
  const written = withTable(`# A\n\n${begin}\n\nold\n\n${end}\n\nB\n`, table);
  assert.equal(written, `# A\n\n${begin}\n\n${table}\n${end}\n\nB\n`);
  assert.equal(withTable(written, table), written);
});

Deno.test("a rule that changes changes the document", () => {
  const written = withTable(`${begin}\n${end}\n`, table);
  const other = importTable({ rooms: rooms.slice(1), groups });
  assert.notEqual(withTable(written, other), written);
});

Deno.test("a document without the markers is refused", () => {
  assert.throws(() => withTable("# A\n", table), /has no lines/);
  assert.throws(() => withTable(`${end}\n${begin}\n`, table), /has no lines/);
});
