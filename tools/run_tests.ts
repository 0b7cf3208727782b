// Owns the test command: checks the code, builds, finds or installs a browser, runs all tests, sums up.

import { ensureChromium } from "../tests/support/chromium.ts";

const testPermissions = [
  "--allow-net",
  "--allow-env",
  "--allow-read",
  "--allow-write",
  "--allow-run",
  "--allow-sys",
  "--allow-ffi",
];

async function deno(...args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  return success;
}

async function step(name: string, ...args: string[]) {
  if (await deno(...args)) return;
  console.error(`\n${name} failed; tests were not run.`);
  Deno.exit(1);
}

if (import.meta.main) {
  await step("Formatting", "fmt", "--check", "--quiet");
  await step("Lint", "lint", "--quiet");
  await step("Type check", "check", "--quiet", ".");
  await step("Build", "task", "--quiet", "build");
  await ensureChromium();
  const passed = await deno("test", "--no-check", "--quiet", ...testPermissions, ...Deno.args);
  Deno.exit(passed ? 0 : 1);
}
