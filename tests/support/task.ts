// Owns running an operator's task of deno.json as a process, as an operator does.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface TaskRun {
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly stdin?: string;
}

export interface TaskResult {
  readonly code: number;
  /** The text of standard output and standard error. */
  readonly output: string;
}

export async function runTask(name: string, run: TaskRun = {}): Promise<TaskResult> {
  const child = startTask(name, run);
  const writer = child.stdin.getWriter();
  // A task that refuses its arguments ends before it reads its input.
  await writer.write(new TextEncoder().encode(run.stdin ?? "")).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Starts the task's own process, without `deno task` around it, for a test that stops it. */
export function startTask(name: string, { args = [], env = {} }: TaskRun): Deno.ChildProcess {
  const [deno, ...command] = commandOf(name);
  assert.equal(deno, "deno");
  return new Deno.Command(Deno.execPath(), {
    args: [...command, ...args],
    cwd: root,
    env: { NO_COLOR: "1", DATABASE_URL: "", KV_PATH: "", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Each case is refused with one sentence and exit code 1. The output contains no stack and no secret. */
export async function assertRefusals(
  t: Deno.TestContext,
  { name, cases }: { name: string; cases: Record<string, TaskRun & { sentence: RegExp }> },
): Promise<void> {
  for (const [title, { sentence, ...run }] of Object.entries(cases)) {
    await t.step(title, async () => {
      const { code, output } = await runTask(name, run);
      assert.equal(code, 1, output);
      assert.match(output, sentence);
      assert.doesNotMatch(output, /\bat .*\.ts:\d+|Uncaught|secret/);
    });
  }
}

/** Creates a folder for the check and removes it afterwards. */
export async function withFolder(check: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The permissions of a task's last program: a named set, which is its only source of permissions. */
export function permissionsOf(name: string): Record<string, unknown> {
  const { permissions, tasks } = configuration();
  const command = tasks[name]?.command.split("&&").at(-1) ?? "";
  const [, set = ""] = / -P=(\S+)/.exec(command) ?? [];
  const granted = permissions[set];
  assert.ok(granted, `The task ${name} runs with a named set`);
  return granted;
}

function commandOf(name: string): string[] {
  return configuration().tasks[name]?.command.split(" ") ?? [];
}

interface Configuration {
  readonly permissions: Partial<Record<string, Record<string, unknown>>>;
  readonly tasks: Partial<Record<string, { readonly command: string }>>;
}

function configuration(): Configuration {
  return JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
}
