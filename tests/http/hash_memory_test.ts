// Memory of password hashes with small parameters, imported or old: the service frees it.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const grownMbMax = 60;

Deno.test("however the service is started, it frees the memory of small password hashes", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
  const starts = {
    start: tasks.start.command,
    "start:edge": tasks["start:edge"].command,
    Dockerfile: await Deno.readTextFile(`${root}Dockerfile`),
  };
  const settings = Object.entries<string>(starts).map(([name, text]) => {
    const [, value = ""] = /\bMALLOC_MMAP_THRESHOLD_=(\d+)/.exec(text) ?? [];
    return [name, value] as const;
  });
  const [, value] = settings[0]!;
  assert.deepEqual(settings.map(([, each]) => each), settings.map(() => value));

  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "tests/support/hash_memory_run.ts"],
    cwd: root,
    env: value ? { MALLOC_MMAP_THRESHOLD_: value } : {},
  }).output();
  const grownMb = Number.parseFloat(new TextDecoder().decode(stdout));
  assert.ok(grownMb < grownMbMax, `It grew by ${grownMb} MB`);
});
