// Owns the browser's signs that the page went away or came back, told to the live client.

import type { LiveClient } from "../live/client.ts";

/** The returned function stops listening. */
export function followPage(live: LiveClient): () => void {
  const listening = new AbortController();
  const options = { signal: listening.signal };
  addEventListener("online", () => live.online(), options);
  addEventListener("offline", () => live.offline(), options);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") live.wake();
  }, options);
  // A page kept for the Back button holds no socket; shown again, it connects anew.
  addEventListener("pagehide", () => live.stop(), options);
  addEventListener("pageshow", (event) => {
    if (event.persisted) live.online();
  }, options);
  return () => listening.abort();
}
