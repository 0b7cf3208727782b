// Owns what comes before the tests: the checks of the code, the build, and the servers and the browser that tests start.

import { ensureChromium } from "../../tests/support/chromium.ts";
import { ensureFonts } from "../../tests/support/fonts.ts";
import { ensurePostgresBinaries } from "../../tests/support/postgres_binaries.ts";
import { ensureRedis } from "../../tests/support/redis_program.ts";
import { type Program, runSideBySide } from "./side_by_side.ts";

const deadlineMs = 300_000;

/** Ends the process if one fails. */
export function check(): Promise<void> {
  return succeed([
    { name: "Type check", args: ["check", "--quiet", "."] },
    { name: "Formatting", args: ["fmt", "--check", "--quiet"] },
    { name: "Lint", args: ["lint", "--quiet"] },
  ]);
}

/** Ends the process if it fails. */
export function build(): Promise<void> {
  return succeed([{ name: "Build", args: ["task", "--quiet", "build"] }]);
}

/** Installs what is missing, one after the other. Where that is impossible, the tests that need it fail and say so. */
export async function ensureServers(): Promise<void> {
  for (const ensure of [ensureChromium, ensureFonts, ensurePostgresBinaries, ensureRedis]) {
    try {
      await ensure();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
}

async function succeed(programs: readonly Program[]): Promise<void> {
  const atOnce = navigator.hardwareConcurrency;
  const outcomes = await runSideBySide(programs, { atOnce, deadlineMs });
  const failed = outcomes.filter(({ success }) => !success);
  for (const { name, output } of failed) {
    console.error(`${output}\n${name} failed; tests were not run.`);
  }
  if (failed.length > 0) Deno.exit(1);
}
