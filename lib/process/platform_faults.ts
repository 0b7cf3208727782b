// Owns the faults of the platform that would end the process although one client alone caused them. Any other fault still ends it.

import type { Log } from "../log.ts";

/**
 * The platform reads a text message of more than 512 MiB whole, fails to make a string of it, and rejects a promise that
 * nobody holds. It then no longer reads that socket, and its idle timeout closes it. The rejection does not say which socket it was.
 */
function isTooLongForString(reason: unknown): boolean {
  return reason instanceof TypeError &&
    reason.message.startsWith("failed to allocate string") &&
    (reason.stack ?? "").includes("ext:deno_websocket/");
}

/** The returned function ends it. */
export function surviveSocketFaults(log: Pick<Log, "warn">): () => void {
  function onRejection(event: PromiseRejectionEvent) {
    if (!isTooLongForString(event.reason)) return;
    event.preventDefault();
    log.warn({ err: event.reason }, "A client's message was too long for the platform");
  }
  addEventListener("unhandledrejection", onRejection);
  return () => removeEventListener("unhandledrejection", onRejection);
}
