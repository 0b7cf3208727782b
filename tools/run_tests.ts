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
  // Packages that only a test fetches (of a source that few choose) must not enter the lock file that all installs follow.
  const lock = await Deno.makeTempFile({ suffix: ".lock" });
  await Deno.copyFile("deno.lock", lock);
  const options = ["--no-check", "--quiet", `--lock=${lock}`, ...testPermissions];
  const passed = await deno("test", ...options, ...Deno.args);
  await Deno.remove(lock);
  Deno.exit(passed ? 0 : 1);
}
