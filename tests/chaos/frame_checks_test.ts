import assert from "node:assert/strict";
import type { ServerMessage } from "../../lib/protocol.ts";
import type { Price, Ticker } from "../../lib/quote.ts";
import { createFrameChecks } from "./frame_checks.ts";
import { createVerdict } from "./verdict.ts";

const aapl = "AAPL" as Ticker;
const price = (cents: number) => cents * 100 as Price;

/** A price of N cents, from 100 cents on, was true from N * 10 ms for 10 ms. */
const record = {
  trueUntil(told: number) {
    const cents = told / 100;
    return cents < 100 ? undefined : cents * 10 + 10;
  },
};

function snapshot(
  seq: number,
  { cents = 100, at = 1_000, ageMs = 0, epoch = 1 } = {},
): ServerMessage {
  const quote = [aapl, price(cents), 0, ageMs, "open", "albert", 0] as const;
  return { type: "snapshot", epoch, seq, at, tickMs: 5_000, quotes: [quote] };
}

function tick(seq: number, { cents, at, ageMs }: { cents: number; at: number; ageMs: number }) {
  const quotes = [[aapl, price(cents), ageMs] as const];
  return { type: "tick", epoch: 1, seq, at, tickMs: 5_000, nextAt: at + 5_000, quotes } as const;
}

function list(version: number): ServerMessage {
  return { type: "watchlist", id: "l", name: "My watchlist", version, tickers: [] };
}

function kindsOf(messages: readonly ServerMessage[]): string[] {
  const verdict = createVerdict();
  const checks = createFrameChecks({ socket: "one", record, verdict });
  for (const message of messages) checks.take(message);
  return verdict.violations().map(({ kind }) => kind);
}

Deno.test("a socket whose versions only grow violates nothing, even if it repeats a message", () => {
  const moving = tick(2, { cents: 101, at: 1_015, ageMs: 5 });
  assert.deepEqual(kindsOf([list(1), snapshot(1), snapshot(1), moving, list(1), list(2)]), []);
});

Deno.test("each violation on a socket is found", () => {
  const cases: [string, ServerMessage[]][] = [
    ["a version fell within a socket", [snapshot(2), snapshot(1)]],
    ["a version fell within a socket", [snapshot(2, { epoch: 2 }), snapshot(3)]],
    ["a price went back within a socket", [snapshot(1), snapshot(2, { ageMs: 1 })]],
    ["a price went back within a socket", [
      snapshot(1, { cents: 101, at: 1_010 }),
      snapshot(2, { cents: 100, at: 1_010 }),
    ]],
    ["a brief quote came before a full one", [tick(1, { cents: 100, at: 1_000, ageMs: 0 })]],
    ["a price was never the upstream's", [snapshot(1, { cents: 99 })]],
    ["a price was shown as newer than it was", [snapshot(1, { at: 2_000, ageMs: 989 })]],
    ["a list's version fell within a socket", [list(2), list(1)]],
  ];
  for (const [kind, messages] of cases) assert.deepEqual(kindsOf(messages), [kind]);
});
