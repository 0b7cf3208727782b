import assert from "node:assert/strict";
import type { Snapshot } from "../../bus/bus.ts";
import { sampleQuote, ticker } from "../../bus/bus_fixtures.ts";
import { createFrames, frameTail } from "./frames.ts";
import { changes, QuoteSlot } from "./quote_slot.ts";
import { createRegistry } from "../registry.ts";

const at = 1_000_000;

function start() {
  const slots = createRegistry<string, QuoteSlot>((ticker) => new QuoteSlot(ticker));
  slots.watch("ann", [ticker("AAPL"), ticker("MSFT")], { signedIn: true });
  const bus = {
    latest(tickers: Iterable<string>): Snapshot {
      const quotes = [...tickers].map((name) => sampleQuote(name, { at }));
      return { epoch: 7, seq: 3, at, tickMs: 5_000, nextAt: at + 5_000, quotes };
    },
  };
  return { slots, frames: createFrames({ bus, slots }) };
}

const full = (name: string) => [name, 1_000_000, 0, 0, "open", "sample", 0];

Deno.test("a snapshot and a whole tick carry all fields under the mirror's version", () => {
  const { frames } = start();
  const snapshot = frames.snapshot([ticker("AAPL"), ticker("MSFT")]);
  assert.deepEqual(snapshot.version, { epoch: 7, seq: 3 });
  assert.deepEqual(JSON.parse(snapshot.text), {
    type: "snapshot",
    epoch: 7,
    seq: 3,
    at,
    tickMs: 5_000,
    quotes: [full("AAPL"), full("MSFT")],
  });
  assert.deepEqual(JSON.parse(frames.wholeTick([ticker("AAPL")]).text), {
    type: "tick",
    epoch: 7,
    seq: 3,
    at,
    tickMs: 5_000,
    nextAt: at + 5_000,
    quotes: [full("AAPL")],
  });
});

Deno.test("a flush of newcomers encodes them alone, a mark encodes what changed", () => {
  const { frames, slots } = start();
  slots.slot(ticker("MSFT"))?.noteChange(changes.none);
  const { head } = frames.encode("newcomers");
  const fragments = () => [...slots.slots()].map(({ fragment }) => fragment);
  assert.deepEqual(fragments(), ["", `,${JSON.stringify(full("MSFT"))}`]);
  assert.deepEqual(JSON.parse(head + fragments()[1]!.slice(1) + frameTail).type, "snapshot");
  for (const slot of slots.slots()) slot.noteChange(changes.none);
  frames.encode("mark");
  assert.deepEqual(fragments(), [`,${JSON.stringify(full("AAPL"))}`, ""]);
});
