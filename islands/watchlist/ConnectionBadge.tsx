// Owns the words for the connection's state.

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Board } from "../state/board.ts";
import type { LiveStatus } from "../live/client.ts";

/** The cadence everybody is promised; another one is told. */
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

/** A connection that brings nothing but old prices is not live to whoever looks at it. */
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
