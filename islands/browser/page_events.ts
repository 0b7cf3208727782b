// Owns the browser's events for a page that is hidden, shown, offline or online: each one calls the live client.

import type { LiveClient } from "../live/client.ts";

/** The returned function stops listening. */
export function followPage(
  live: Pick<LiveClient, "online" | "offline" | "wake" | "stop">,
): () => void {
  const listening = new AbortController();
  const options = { signal: listening.signal };
  addEventListener("online", () => live.online(), options);
  addEventListener("offline", () => live.offline(), options);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") live.wake();
  }, options);
  // A page in the back/forward cache has no open socket. When it is shown again, it connects again.
  addEventListener("pagehide", () => live.stop(), options);
  addEventListener("pageshow", (event) => {
    if (event.persisted) live.online();
  }, options);
  return () => listening.abort();
}
