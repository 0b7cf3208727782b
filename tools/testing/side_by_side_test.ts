import assert from "node:assert/strict";
import { type Outcome, runSideBySide } from "./side_by_side.ts";

const deadlineMs = 60_000;
const saying = (name: string, script: string) => ({ name, args: ["eval", script] });

Deno.test("every program runs, and its output is shown in one piece when it has ended", async () => {
  const shown: Outcome[] = [];
  const programs = ["a", "b", "c"].map((name) =>
    saying(name, `console.log("${name}1"); console.error("${name}2")`)
  );
  const options = { atOnce: 2, deadlineMs, onEnd: (outcome: Outcome) => void shown.push(outcome) };
  const outcomes = await runSideBySide(programs, options);
  assert.deepEqual(shown, outcomes);
  assert.deepEqual(
    outcomes.toSorted((a, b) => a.name < b.name ? -1 : 1),
    ["a", "b", "c"].map((name) => ({ name, output: `${name}1\n${name}2\n`, success: true })),
  );
});

Deno.test("at most the given number run at once, and they start in order", async () => {
  const ended: string[] = [];
  const onEnd = ({ name }: Outcome) => void ended.push(name);
  const programs = ["first", "second", "third"].map((name) => saying(name, ""));
  await runSideBySide(programs, { atOnce: 1, deadlineMs, onEnd });
  assert.deepEqual(ended, ["first", "second", "third"]);
});

Deno.test("a failing program is reported, and the others continue", async () => {
  const programs = [saying("bad", "Deno.exit(3)"), saying("good", "")];
  const outcomes = await runSideBySide(programs, { atOnce: 1, deadlineMs });
  assert.deepEqual(outcomes.map(({ success }) => success), [false, true]);
});

Deno.test("a program that exceeds its deadline is killed and counts as failed", async () => {
  const forever = saying("forever", "setInterval(() => {}, 1_000)");
  const [outcome] = await runSideBySide([forever], { atOnce: 1, deadlineMs: 1_000 });
  assert.ok(outcome && !outcome.success);
  assert.match(outcome.output, /forever was ended after 1 s/);
});
