// Owns the badge that shows the state of the connection.

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Board } from "../state/board.ts";
import type { LiveStatus } from "../live/client.ts";

/** The documented cadence. A different one is shown. */
const usualTickMs = 5000;

export function ConnectionBadge({ board }: { board: Board }): JSX.Element {
  const { live } = board;
  const status = useComputed(() => shownStatus(board));
  const kind = useComputed(() => status.value.kind);
  const text = useComputed(() => statusText(status.value, live.tickMs.value));
  return (
    <>
      <p class="badge" role="status" data-status={kind}>{text}</p>
      {kind.value === "limit" && <button type="button" onClick={live.connect}>Connect here</button>}
    </>
  );
}

/** A live connection is shown as stale if all prices of the list are stale. */
function shownStatus({ live, list, quotes }: Board): LiveStatus {
  const status = live.status.value;
  const tickers = list.tickers.value;
  if (status.kind !== "live" || tickers.length === 0) return status;
  const cells = tickers.map((ticker) => quotes.cell(ticker));
  if (!cells.every(({ stale }) => stale.value)) return status;
  return { kind: "stale", since: Math.max(...cells.map(({ asOf }) => asOf.value)) };
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
