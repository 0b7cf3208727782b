// Owns stopping by signal: the first signal stops the service in order. A second signal, or the deadline, ends the process at once.

import type { Config } from "../config.ts";
import type { Log } from "../log.ts";

const noticeMsMax = 3_000;

/**
 * The time in ms for which a stopping instance serves on, while /readyz refuses: the shipped proxies ask each second, and
 * take the instance out after two refusals. Without a proxy nobody has to notice.
 */
export function proxyNoticeMs(
  { trustedProxies, drainMs }: Pick<Config, "trustedProxies" | "drainMs">,
): number {
  return trustedProxies > 0 ? Math.min(noticeMsMax, drainMs / 3) : 0;
}

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
