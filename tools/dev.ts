// Owns `deno task dev`: after each change of a source file it builds and restarts the service, so that open pages reload.
// A change that does not compile is reported, and the last working service keeps running.

import { build } from "../lib/render/bundle.ts";
import { stopCompiler } from "../lib/render/compiler.ts";
import { checkSyntax } from "../lib/render/syntax.ts";
import { buildPlan } from "./build.ts";
import { watchSources } from "./dev/changes.ts";
import { createService } from "./dev/service.ts";
import { chooseCompiler } from "./shared/compiler_program.ts";

async function dev(root: string): Promise<void> {
  chooseCompiler(root);
  const changes = watchSources(root);
  const service = createService({
    root,
    onEnd: (code) => console.error(`\nThe service ended (code ${code}). Mend it: it starts again.`),
  });
  for (const signal of stopSignals()) Deno.addSignalListener(signal, changes.close);

  try {
    do {
      if (await compiles(root)) await service.restart(crypto.randomUUID());
    } while ((await changes.next()).length > 0);
  } finally {
    await Promise.all([service.stop(), stopCompiler()]);
  }
}

async function compiles(root: string): Promise<boolean> {
  try {
    await Promise.all([build(buildPlan), checkSyntax(root, "main.ts")]);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`\n${message}\nThe last good service keeps running. Mend it: it is built again.`);
    return false;
  }
}

function stopSignals(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}

if (import.meta.main) {
  await dev(buildPlan.root);
  Deno.exit(0);
}
