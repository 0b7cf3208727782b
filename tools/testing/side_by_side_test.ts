import assert from "node:assert/strict";
import { type Outcome, runSideBySide } from "./side_by_side.ts";

const deadlineMs = 60_000;
const saying = (name: string, script: string) => ({ name, args: ["eval", script] });

Deno.test("every program runs, and what each said is shown in one piece when it ended", async () => {
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

Deno.test("no more run at once than was said, and they start in order", async () => {
  const ended: string[] = [];
  const onEnd = ({ name }: Outcome) => void ended.push(name);
  const programs = ["first", "second", "third"].map((name) => saying(name, ""));
  await runSideBySide(programs, { atOnce: 1, deadlineMs, onEnd });
  assert.deepEqual(ended, ["first", "second", "third"]);
});

Deno.test("a program that fails has failed, and the others run on", async () => {
  const programs = [saying("bad", "Deno.exit(3)"), saying("good", "")];
  const outcomes = await runSideBySide(programs, { atOnce: 1, deadlineMs });
  assert.deepEqual(outcomes.map(({ success }) => success), [false, true]);
});

Deno.test("a program that passes its deadline is ended and has failed", async () => {
  const forever = saying("forever", "setInterval(() => {}, 1_000)");
  const [outcome] = await runSideBySide([forever], { atOnce: 1, deadlineMs: 1_000 });
  assert.ok(outcome && !outcome.success);
  assert.match(outcome.output, /forever was ended after 1 s/);
});
