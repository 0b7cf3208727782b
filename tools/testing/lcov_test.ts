import assert from "node:assert/strict";
import { byFolder, percentOf, readLcov } from "./lcov.ts";

function record(path: string, [linesHit, lines, branchesHit, branches]: readonly number[]): string {
  return [
    `SF:${path}`,
    "FN:1,work",
    "FNDA:2,work",
    `BRF:${branches}`,
    `BRH:${branchesHit}`,
    "DA:1,2",
    `LH:${linesHit}`,
    `LF:${lines}`,
    "end_of_record",
    "",
  ].join("\n");
}

Deno.test("each file of a report has its lines and branches", () => {
  assert.deepEqual(readLcov(record("lib/a.ts", [9, 10, 1, 2]) + record("b.ts", [0, 3, 0, 0])), [
    { path: "lib/a.ts", lines: { hit: 9, all: 10 }, branches: { hit: 1, all: 2 } },
    { path: "b.ts", lines: { hit: 0, all: 3 }, branches: { hit: 0, all: 0 } },
  ]);
  assert.deepEqual(readLcov(""), []);
});

Deno.test("a top folder counts everything in it, another folder only the files directly in it", () => {
  const files = readLcov(
    record("lib/a.ts", [1, 2, 0, 0]) + record("lib/bus/b.ts", [3, 4, 1, 2]) +
      record("lib/bus/redis/c.ts", [5, 6, 2, 2]) + record("islands/d.ts", [7, 8, 0, 1]),
  );
  const lines = byFolder(files).map(({ folder, files, lines: { hit, all } }) => [
    folder,
    files,
    `${hit} of ${all}`,
  ]);
  assert.deepEqual(lines, [
    ["islands", 1, "7 of 8"],
    ["lib", 3, "9 of 12"],
    ["lib/bus", 1, "3 of 4"],
    ["lib/bus/redis", 1, "5 of 6"],
  ]);
});

Deno.test("a share is in percent, and 100 if there is nothing to cover", () => {
  assert.equal(percentOf({ hit: 9, all: 10 }), 90);
  assert.equal(percentOf({ hit: 0, all: 0 }), 100);
});
