// Owns the test commands of deno.json: which checks come first, and which tests run.
//   (nothing)              checks, then all tests
//   lib/hub/ --filter x    checks, then one `deno test` with these arguments
//   unit                   the unit tests alone
//   only FILE --watch      one `deno test` with these arguments

import { fileURLToPath } from "node:url";
import { runDenoTest } from "./testing/deno_command.ts";
import { build, check, ensureServers } from "./testing/prepare.ts";
import { findTestFiles, planOf } from "./testing/groups.ts";
import { runSuite } from "./testing/suite.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

async function main([first, ...rest]: readonly string[]): Promise<boolean> {
  const plan = planOf(await findTestFiles(root));
  if (first === "unit") {
    await build();
    return runDenoTest(["--parallel", ...rest, ...plan.unit]);
  }
  if (first === "only") {
    await build();
    return runDenoTest(rest);
  }
  await Promise.all([check(), ensureServers()]);
  await build();
  return first === undefined ? runSuite(plan) : runDenoTest([first, ...rest]);
}

if (import.meta.main) Deno.exit(await main(Deno.args) ? 0 : 1);
