import assert from "node:assert/strict";
import { price } from "../bus/bus_fixtures.ts";
import { startHub } from "./hub_fixtures.ts";
import { ofType } from "./socket/socket_fixtures.ts";

const day = { open: price("99"), high: price("101"), low: price("98"), volume: 1_000 };
const told = (symbol: string, volume: number) => [
  symbol,
  ...[price("99"), price("101"), price("98"), volume, 0],
];

/** AAPL has facts of its day, MSFT has none. */
async function start() {
  const hub = await startHub();
  const { tick, quote, pass } = hub;
  await tick({ quotes: [quote("AAPL", { day }), quote("MSFT")] });
  async function watching(asksForDay: boolean) {
    const socket = await hub.connect({ asksForDay });
    socket.receive({ type: "subscribe", tickers: ["AAPL", "MSFT"] });
    await pass(0);
    return socket;
  }
  /** A mark 5 seconds later. */
  async function mark(volume: number) {
    await pass(5_000);
    await tick({ quotes: [quote("AAPL", { day: { ...day, volume } }), quote("MSFT")] });
  }
  return { ...hub, watching, mark };
}

Deno.test("a socket that asked for it gets the facts of the day after each snapshot; others hear nothing new", async () => {
  const { watching, now } = await start();
  const [asking, other] = [await watching(true), await watching(false)];
  const sent = asking.takeSent();
  assert.deepEqual(sent.map(({ type }) => type), ["hello", "snapshot", "day"]);
  assert.deepEqual(sent[2], { type: "day", at: now(), days: [told("AAPL", 1_000)] });
  assert.deepEqual(other.takeSent().map(({ type }) => type), ["hello", "snapshot"]);
});

Deno.test("then it gets what changed, after a tick, at most once a minute; tick frames stay as they are", async () => {
  const { watching, mark } = await start();
  const [asking, other] = [await watching(true), await watching(false)];
  await mark(1_001);
  asking.takeSent();
  other.takeSent();
  for (let count = 2; count <= 40; count++) await mark(1_000 + count);
  const [heard, others] = [asking.takeSent(), other.takeSent()];
  const days = ofType(heard, "day");
  assert.deepEqual(days.length, 3);
  for (const { days: [first, ...more] } of days) {
    assert.deepEqual([first?.[0], more], ["AAPL", []]);
  }
  const spans = days.slice(1).map(({ at }, index) => at - days[index]!.at);
  assert.deepEqual(spans, [60_000, 60_000]);
  assert.deepEqual(ofType(heard, "tick"), others);
  const types = heard.map(({ type }) => type);
  assert.ok(types.every((type, index) => type !== "day" || types[index - 1] === "tick"));
});

Deno.test("facts that did not change are not told again; facts that are unknown now are told once", async () => {
  const { watching, mark, pass, tick, quote } = await start();
  const asking = await watching(true);
  await mark(1_000);
  asking.takeSent();
  for (let count = 0; count < 13; count++) await mark(1_000);
  assert.deepEqual(ofType(asking.takeSent(), "day"), []);
  for (let count = 0; count < 26; count++) {
    await pass(5_000);
    await tick({ quotes: [quote("AAPL")] });
  }
  const days = ofType(asking.takeSent(), "day").map(({ days }) => days);
  assert.deepEqual(days, [[["AAPL", 0, 0, 0, -1, 0]]]);
});

Deno.test("a newcomer's facts come with its first price", async () => {
  const { connect, tick, quote, pass } = await start();
  const asking = await connect({ asksForDay: true });
  asking.receive({ type: "subscribe", tickers: ["KO"] });
  await pass(0);
  asking.takeSent();
  await tick({ kind: "newcomers", quotes: [quote("KO", { day })] });
  const sent = asking.takeSent();
  assert.deepEqual(sent.map(({ type }) => type), ["snapshot", "day"]);
  assert.deepEqual(ofType(sent, "day")[0]?.days, [told("KO", 1_000)]);
});

Deno.test("a slow socket gets all facts of its day once it has read its last frame, and never waits for them in a queue", async () => {
  const { watching, mark, pass } = await start();
  const asking = await watching(true);
  await mark(1_001);
  asking.takeSent();
  asking.bufferedAmount = 10;
  for (let count = 2; count <= 5; count++) await mark(1_000 + count);
  assert.deepEqual(asking.takeSent(), []);
  asking.bufferedAmount = 0;
  await pass(1_000);
  const sent = asking.takeSent();
  assert.deepEqual(sent.map(({ type }) => type), ["tick", "day"]);
  assert.deepEqual(ofType(sent, "day")[0]?.days, [told("AAPL", 1_005)]);
});
