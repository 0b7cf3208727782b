import assert from "node:assert/strict";
import { price, ticker } from "../bus/bus_fixtures.ts";
import { closeCodes } from "../protocol.ts";
import { startHub } from "./hub_fixtures.ts";
import { marksMissedMax } from "./socket/peer.ts";

Deno.test("a stock stream sends a known price at once, then each change", async () => {
  const { connectStock, tick, quote, pass } = await startHub();
  await tick({ quotes: [quote("AAPL", { price: price("122.21") })] });
  const stream = await connectStock("AAPL");
  assert.deepEqual(stream.sent, ['{"price":"122.21"}']);
  await pass(5_000);
  await tick({ unchanged: [ticker("AAPL")] });
  await tick({ quotes: [quote("AAPL", { price: price("122.21"), session: "post" })] });
  assert.equal(stream.sent.length, 1, "the same price is not sent again");
  await pass(5_000);
  await tick({ quotes: [quote("AAPL", { price: price("0.1234") })] });
  assert.deepEqual(stream.sent.slice(1), ['{"price":"0.1234"}']);
});

Deno.test("a stream of a ticker without a price sends its first price when it comes", async () => {
  const { connectStock, tick, quote } = await startHub();
  const stream = await connectStock("AAPL");
  assert.deepEqual(stream.sent, []);
  await tick({ kind: "newcomers", quotes: [quote("AAPL")] });
  assert.deepEqual(stream.sent, ['{"price":"100.00"}']);
});

Deno.test("a stalled stream gets only the newest price once it reads again", async () => {
  const { connectStock, tick, quote, pass } = await startHub();
  const stream = await connectStock("AAPL");
  stream.isStalled = true;
  for (const text of ["1", "2", "3"]) {
    await pass(5_000);
    await tick({ quotes: [quote("AAPL", { price: price(text) })] });
  }
  stream.readAll();
  await pass(1_000);
  assert.deepEqual(stream.sent, ['{"price":"1.00"}', '{"price":"3.00"}']);
});

Deno.test("a stream whose client never reads is closed as too slow", async () => {
  const { closeCode, connectStock, tick, quote, pass } = await startHub();
  const stream = await connectStock("AAPL");
  stream.isStalled = true;
  for (let mark = 1; mark <= marksMissedMax + 2; mark++) {
    assert.equal(await closeCode(stream), undefined);
    await pass(5_000);
    await tick({ quotes: [quote("AAPL", { price: price(String(mark)) })] });
  }
  assert.equal(await closeCode(stream), closeCodes.tooSlow);
});

Deno.test("messages of a stream's client are ignored, but count against the limits", async () => {
  const { closeCode, connectStock } = await startHub();
  const stream = await connectStock("AAPL");
  for (let count = 0; count < 20; count++) stream.receiveRaw("hello?");
  assert.equal(await closeCode(stream), undefined);
  assert.deepEqual(stream.sent, []);
  stream.receiveRaw("hello?");
  assert.equal(await closeCode(stream), closeCodes.limit);
  const other = await connectStock("AAPL");
  other.receiveRaw("x".repeat(4_097));
  assert.equal(await closeCode(other), closeCodes.badMessage);
});

Deno.test("a stream counts as anonymous interest in its ticker", async () => {
  const { connectStock, bus, pass } = await startHub();
  const stream = await connectStock("AAPL");
  await pass(0);
  const { signedIn, anonymous } = await bus.wanted();
  assert.deepEqual({ signedIn, anonymous }, { signedIn: [], anonymous: ["AAPL"] });
  stream.disconnect();
  await pass(12_000);
  assert.deepEqual(await bus.wanted(), { signedIn: [], anonymous: [] });
});
