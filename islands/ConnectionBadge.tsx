// Owns the words for the connection's state.

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Board } from "./board.ts";
import type { LiveStatus } from "./live_client.ts";

/** The cadence everybody is promised; another one is told. */
const usualTickMs = 5000;

export function ConnectionBadge({ board: { live } }: { board: Board }): JSX.Element {
  const kind = useComputed(() => live.status.value.kind);
  const text = useComputed(() => statusText(live.status.value, live.tickMs.value));
  return (
    <>
      <p class="badge" role="status" data-status={kind}>{text}</p>
      {kind.value === "limit" && <button type="button" onClick={live.connect}>Connect here</button>}
    </>
  );
}

function statusText(status: LiveStatus, tickMs: number): string {
  switch (status.kind) {
    case "connecting":
      return "Connecting…";
    case "live":
      return tickMs === usualTickMs ? "Live" : `Live, every ${tickMs / 1000} s`;
    case "reconnecting":
      return "Reconnecting…";
    case "stale":
      return `Stale since ${new Date(status.since).toLocaleTimeString()}`;
    case "signed_out":
      return "Signed out";
    case "limit":
      return "Paused: open in too many places";
  }
}
