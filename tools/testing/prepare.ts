// Owns the preparation of the tests: the checks of the code, the build, and the servers and the browser that tests start.

import { ensureChromium } from "../../tests/support/chromium.ts";
import { ensureFonts } from "../../tests/support/fonts.ts";
import { ensureHaproxy } from "../../tests/support/haproxy.ts";
import { ensurePostgresBinaries } from "../../tests/support/postgres_binaries.ts";
import { ensureRedis } from "../../tests/support/redis_program.ts";
import { checks, runChecks } from "../check.ts";

/** Runs the checks of `deno task check`. Ends the process if one fails. */
export async function check(): Promise<void> {
  const failed = await runChecks(checks, (text) => console.info(text));
  if (failed.length > 0) stop(failed.join(", "));
}

/** Builds. Ends the process if the build fails. */
export async function build(): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "build"] });
  const { success } = await command.spawn().status;
  if (!success) stop("Build");
}

/** Installs missing programs one after the other. If that is impossible, the tests that need them fail and say so. */
export async function ensureServers(): Promise<void> {
  const programs = [
    ensureChromium,
    ensureFonts,
    ensurePostgresBinaries,
    ensureRedis,
    ensureHaproxy,
  ];
  for (const ensure of programs) {
    try {
      await ensure();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
}

function stop(failed: string): never {
  console.error(`\n${failed} failed; tests were not run.`);
  Deno.exit(1);
}
