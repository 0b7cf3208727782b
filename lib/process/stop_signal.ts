// Owns stopping by signal: the first signal stops the service in order. A second signal, or the deadline, ends the process at once.

import type { Log } from "../log.ts";

export function onStopSignal(
  stop: () => Promise<void>,
  { log, deadlineMs }: { log: Log; deadlineMs: number },
) {
  let stopping = false;

  async function handle() {
    if (stopping) Deno.exit(1);
    stopping = true;
    setTimeout(() => {
      log.warn("The service could not be closed in time");
      Deno.exit(1);
    }, deadlineMs);
    try {
      await stop();
      Deno.exit(0);
    } catch (error) {
      log.error({ err: error }, "The service could not be closed without errors");
      Deno.exit(1);
    }
  }

  const signals = Deno.build.os === "windows"
    ? ["SIGINT"] as const
    : ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, handle);
}
