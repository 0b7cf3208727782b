import assert from "node:assert/strict";
import {
  createLeader,
  eventually,
  openRedisRig,
  type RedisInstance,
} from "../../../tests/support/redis_rig.ts";
import { interest, price, sampleQuote, ticker } from "../bus_fixtures.ts";

const crowd = Array.from({ length: 5_000 }, (_, index) => `T${index}`);

function quotesOf(symbols: readonly string[], amount: string) {
  return symbols.map((symbol) => sampleQuote(symbol, { at: Date.now(), price: price(amount) }));
}

function priceAt({ bus }: RedisInstance, symbol = "AAPL") {
  return bus.latest([ticker(symbol)]).quotes[0]?.price;
}

/** The prices that an instance delivered to its listeners, by tick. */
function pricesByTick({ updates }: RedisInstance) {
  return updates.map(({ tick, changed }) => [tick.seq, changed.map(({ quote }) => quote.price)]);
}

Deno.test("each call costs one command, whatever the number of tickers; listening costs none", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const leader = await createLeader(first);
  async function act(symbols: readonly string[]) {
    const newcomers = interest({ signedIn: [...symbols] });
    await second.bus.want("two", newcomers, { newcomers });
    await second.bus.announce({ kind: "catalog_changed" });
    assert.equal((await first.bus.wanted()).signedIn.length, symbols.length);
    await leader.publish({ quotes: quotesOf(symbols, "1") });
    const { seq } = await leader.publish({ unchanged: symbols.map(ticker) });
    await eventually(() => assert.equal(second.bus.latest([]).seq, seq));
  }
  await act(["AAPL"]);
  for (const symbols of [["AAPL"], crowd]) {
    first.proxy.reset();
    second.proxy.reset();
    await act(symbols);
    await Promise.all([first, second].map(({ bus }) => bus.ping()));
    assert.deepEqual(first.proxy.commands(), ["EVALSHA", "EVALSHA", "EVALSHA"]);
    assert.deepEqual(second.proxy.commands(), ["EVALSHA", "EVALSHA"]);
    assert.equal(first.proxy.streams() + second.proxy.streams(), 0);
  }
  assert.deepEqual(second.announced.length, 6);
});

Deno.test("a lost tick is delivered with the next one, as one update", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const leader = await createLeader(first);
  await leader.publish({ quotes: quotesOf(["AAPL", "MSFT"], "1") });
  await eventually(() => assert.equal(second.updates.length, 1));
  second.proxy.dropNext('"tick"');
  await leader.publish({ quotes: quotesOf(["AAPL"], "2") });
  await leader.publish({ quotes: quotesOf(["MSFT"], "3") });
  await eventually(() => assert.equal(second.updates.length, 2));
  assert.equal(priceAt(second), price("2"));
  assert.deepEqual(pricesByTick(second)[1]?.[0], 3);
  assert.deepEqual([...second.updates[1]!.changed].map(({ quote }) => quote.ticker).sort(), [
    "AAPL",
    "MSFT",
  ]);
  assert.equal(second.proxy.streams(), 2);
});

Deno.test("an instance that takes the lease knows the last tick, even if its stream lost it", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const leader = await createLeader(first);
  second.proxy.deafen();
  const spent = [{ source: "sample", windowMs: 60_000, calls: [[Date.now(), 1]] as const }];
  await leader.publish({ quotes: quotesOf(["AAPL"], "1"), spent });
  await first.bus.lease.release(leader.lease());
  second.proxy.reset();
  assert.ok(await second.bus.lease.take("two", { ttlMs: 1_000, seenEpoch: 0 }));
  assert.deepEqual(second.bus.latest([]).spent, spent);
  assert.equal(priceAt(second), price("1"));
  assert.equal(
    second.proxy.commands().length,
    2,
    "an instance that has the last tick reads nothing",
  );
  assert.equal(second.updates.length, 1);
});

Deno.test("a stream that went silent is detected one second after a tick was due", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const leader = await createLeader(first);
  await leader.publish({ quotes: quotesOf(["AAPL"], "1") }, { nextInMs: 300 });
  await eventually(() => assert.equal(priceAt(second), price("1")));
  first.proxy.deafen();
  second.proxy.deafen();
  const publishedAt = Date.now();
  await leader.publish({ quotes: quotesOf(["AAPL"], "2") });
  await first.bus.announce({ kind: "catalog_changed" });
  await eventually(() => assert.equal(priceAt(second), price("2")));
  assert.ok(Date.now() - publishedAt < 2_500, `after ${Date.now() - publishedAt} ms`);
  for (const { announced } of [first, second]) {
    await eventually(() => assert.deepEqual(announced, [{ kind: "catalog_changed" }]));
  }
  await leader.publish({ quotes: quotesOf(["AAPL"], "3") });
  await eventually(() => assert.equal(priceAt(second), price("3")));
  assert.equal(second.proxy.streams(), 2);
});

Deno.test("an instance with interest detects a silent stream at the cadence, although an idle leader announced a late tick", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const leader = await createLeader(first);
  await leader.publish({ tickMs: 300 }, { nextInMs: 60_000 });
  await eventually(() => assert.equal(second.updates.length, 1));
  second.proxy.deafen();
  await second.bus.want("two", interest({ signedIn: ["AAPL"] }));
  await leader.publish({ tickMs: 300, quotes: quotesOf(["AAPL"], "1") });
  await eventually(() => assert.equal(priceAt(second), price("1")));
  const streams = second.proxy.streams();
  await leader.publish({
    tickMs: 300,
    quotes: quotesOf(["AAPL"], "2").map((quote) => ({ ...quote, session: "closed" as const })),
  });
  await rig.clock.sleep(2_000);
  assert.equal(second.proxy.streams(), streams, "a closed market is not a silent stream");
});

Deno.test("a large tick is sent in parts below 256 KiB and delivered once; a lost part is repaired", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const leader = await createLeader(first);
  // The acknowledgement: what is published before it comes with the snapshot only.
  await eventually(() => assert.ok(second.proxy.longestLine() > 0));
  await leader.publish({ quotes: quotesOf(crowd, "1") });
  await eventually(() => assert.equal(second.updates.length, 1));
  assert.equal(second.updates[0]?.changed.length, crowd.length);
  // A slow stream brings the parts later than the repair.
  await eventually(() => assert.ok(second.proxy.longestLine() > 200_000));
  assert.ok(second.proxy.longestLine() < 256 * 1024, `${second.proxy.longestLine()} bytes`);
  for (const part of [1, 2]) {
    second.proxy.dropNext(`"part":${part},`);
    await leader.publish({ quotes: quotesOf(crowd, String(part + 1)), nextAt: Date.now() + 200 });
    await eventually(() => assert.equal(second.updates.length, part + 1));
    assert.equal(second.updates[part]?.changed.length, crowd.length);
    assert.equal(priceAt(second, crowd.at(-1)), price(String(part + 1)));
  }
});

Deno.test("an instance that starts later has all prices, and the times of those that were read again", async () => {
  await using rig = await openRedisRig();
  const first = await rig.openInstance();
  const leader = await createLeader(first);
  const hourAgo = Date.now() - 3_600_000;
  const quote = sampleQuote("AAPL", { at: hourAgo, previousClose: price("99.5") });
  await leader.publish({ quotes: [quote, sampleQuote("MSFT", { at: hourAgo })] });
  const { at } = await leader.publish({ unchanged: [quote.ticker], unchangedAsOf: hourAgo + 7 });
  const second = await rig.openInstance();
  for (const { bus } of [first, second]) {
    const { quotes, ...version } = bus.latest([quote.ticker, ticker("MSFT")]);
    assert.deepEqual(quotes[0], { ...quote, seenAt: at, asOf: hourAgo + 7, stale: false });
    assert.deepEqual([quotes[1]?.seenAt, quotes[1]?.stale], [hourAgo, true]);
    assert.deepEqual(version, {
      epoch: leader.lease().epoch,
      seq: 2,
      at,
      tickMs: 5_000,
      nextAt: at + 60_000,
    });
  }
  assert.deepEqual([second.updates, second.announced, second.gaps()], [[], [], 0]);
});

Deno.test("an older price of another source does not replace the newer one in the snapshot", async () => {
  await using rig = await openRedisRig();
  const first = await rig.openInstance();
  const leader = await createLeader(first);
  await leader.publish({ quotes: quotesOf(["AAPL"], "2") });
  const at = Date.now() - 60_000;
  await leader.publish({ quotes: [sampleQuote("AAPL", { at, source: "other" })] });
  assert.equal(priceAt(await rig.openInstance()), price("2"));
});

Deno.test("announcements made while a stream was interrupted are delivered afterwards, each once and in order", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const changed = (version: number) => ({
    kind: "list_changed",
    userId: "u",
    list: { id: "l", name: 'Größe, "1"', version, tickers: [ticker("AAPL")] },
  } as const);
  const sent = Array.from({ length: 8 }, (_, version) => changed(version));
  for (const [index, announcement] of sent.entries()) {
    if (index === 3) second.proxy.cutStreams();
    if (index === 6) second.proxy.dropNext('"news"');
    await first.bus.announce(announcement);
  }
  await eventually(() => assert.deepEqual(second.announced, sent));
  assert.deepEqual(first.announced, sent);
  assert.equal(first.gaps() + second.gaps(), 0);
});

Deno.test("missed announcements that left the log are a gap; an interruption without announcements is not", async () => {
  await using rig = await openRedisRig({ times: { announcementsKeptMs: 50 } });
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  await first.bus.announce({ kind: "catalog_changed" });
  await eventually(() => assert.equal(second.announced.length, 1));
  await rig.clock.sleep(100);
  second.proxy.cutStreams();
  await eventually(() => assert.equal(second.proxy.streams(), 2));
  await first.bus.announce({ kind: "lease_free" });
  await eventually(() => assert.equal(second.announced.length, 2));
  assert.equal(second.gaps(), 0);

  second.proxy.dropNext('"news"');
  await first.bus.announce({ kind: "catalog_changed" });
  await rig.clock.sleep(100);
  await first.bus.announce({ kind: "lease_free" });
  await eventually(() => assert.equal(second.gaps(), 1));
  assert.equal(first.gaps(), 0);
});

Deno.test("after Redis restarted empty, all instances have all prices within two ticks, also new ones", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const leader = await createLeader(first);
  await second.bus.want("two", interest({ signedIn: ["AAPL", "MSFT"] }));
  await first.bus.announce({ kind: "catalog_changed" });
  await leader.publish({ quotes: quotesOf(["AAPL", "MSFT"], "1") });
  await eventually(() => assert.equal(second.updates.length, 1));
  const before = first.bus.latest([]);

  await rig.redis.restart();
  for (const { bus } of [first, second]) await eventually(() => bus.ping());
  await eventually(async () => assert.equal((await first.bus.wanted()).signedIn.length, 2));
  for (const instance of [first, second]) {
    await eventually(() => assert.equal(instance.gaps(), 1));
    assert.equal(priceAt(instance, "MSFT"), price("1"), "known prices stay");
  }
  const stale = { kind: "mark", ...before, seq: 2, quotes: [], unchanged: [] } as const;
  assert.equal(await first.bus.publish(stale, leader.lease()), "stale_epoch");
  await leader.take();
  assert.ok(leader.lease().epoch > before.epoch);
  await leader.publish({ quotes: quotesOf(["AAPL"], "2"), unchanged: [ticker("MSFT")] });
  await eventually(() => assert.equal(priceAt(second), price("2")));
  const third = await rig.openInstance();
  assert.deepEqual([priceAt(third), priceAt(third, "MSFT")], [price("2"), price("1")]);
});

Deno.test("interest that arrives after a later call for the same instance is not taken", async () => {
  await using rig = await openRedisRig();
  const { bus, proxy } = await rig.openInstance();
  const pass = proxy.holdNext();
  const late = bus.want("one", interest({ signedIn: ["AAPL"] }));
  await assert.rejects(late, { name: "RedisError" });
  await bus.want("one", interest({ signedIn: ["MSFT"] }));
  await pass();
  assert.deepEqual((await bus.wanted()).signedIn, ["MSFT"]);
});

Deno.test("a snapshot that Redis lost during a lease is sent again with the next tick", async () => {
  await using rig = await openRedisRig();
  const first = await rig.openInstance();
  const leader = await createLeader(first);
  const tickers = ["AAPL", "MSFT"];
  await leader.publish({ quotes: quotesOf(tickers, "1") });
  for (const key of ["quotes", "readings", "last_tick"]) {
    await rig.ask("DEL", `quoteboard:{bus}:${key}`);
  }
  await leader.publish({ unchanged: tickers.map(ticker) });
  const second = await rig.openInstance();
  assert.equal(priceAt(second), undefined);
  await leader.publish({ unchanged: tickers.map(ticker) });
  await eventually(() => assert.equal(priceAt(second, "MSFT"), price("1")));
});

Deno.test("a quote that the first mark of an epoch could not read is sent in full at its next reading, even if unchanged", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const leader = await createLeader(first);
  await leader.publish({ quotes: quotesOf(["AAPL"], "1") });
  await eventually(() => assert.equal(priceAt(second), price("1")));
  second.proxy.deafen();
  await leader.publish({ quotes: quotesOf(["AAPL"], "2") });
  await rig.ask("FLUSHALL");
  await leader.take();
  await leader.publish({ quotes: quotesOf(["MSFT"], "3") });
  second.proxy.cutStreams();
  await eventually(() => assert.equal(priceAt(second, "MSFT"), price("3")));
  await leader.publish({ unchanged: [ticker("AAPL")], unchangedAsOf: Date.now() });
  await eventually(() => assert.equal(second.bus.latest([]).seq, 2));
  assert.equal(priceAt(second), price("2"));
});

Deno.test("after a publication of unknown outcome, the next tick has all quotes in full", async () => {
  await using rig = await openRedisRig();
  const [first, second] = [await rig.openInstance(), await rig.openInstance()];
  const leader = await createLeader(first);
  await leader.publish({ quotes: quotesOf(["AAPL"], "1") });
  // The other instances receive the tick, but its publisher gets no answer.
  first.proxy.deafen();
  rig.redis.pause();
  await assert.rejects(leader.publish({ quotes: quotesOf(["AAPL"], "2") }));
  rig.redis.resume();
  const readAgain = { unchanged: [ticker("AAPL")], unchangedAsOf: Date.now() };
  await eventually(() => leader.publish(readAgain));
  await eventually(() => assert.equal(priceAt(second), priceAt(first)));
});

Deno.test("a bus that starts while Redis is unreachable catches up later; its ping rejects until then", async () => {
  await using rig = await openRedisRig({ startTimeoutMs: 50 });
  const first = await rig.openInstance();
  const leader = await createLeader(first);
  await leader.publish({ quotes: quotesOf(["AAPL"], "1") });
  rig.redis.pause();
  const second = await rig.openInstance();
  assert.equal(priceAt(second), undefined);
  await assert.rejects(second.bus.ping(), { name: "RedisError" });
  rig.redis.resume();
  await eventually(() => assert.equal(priceAt(second), price("1")));
  assert.equal(second.gaps(), 1, "announcements may have been lost in the meantime");
  await second.bus.ping();
  await rig.redis.stop();
  await eventually(() => assert.rejects(first.bus.ping()), { withinMs: 1_000 });
});

Deno.test("no error and no log contains a command", async () => {
  await using rig = await openRedisRig();
  const { bus, announced } = await rig.openInstance();
  const secret = {
    kind: "session_revoked",
    userId: "user-7",
    sessionId: "secret-session",
  } as const;
  await bus.announce(secret);
  await eventually(() => assert.deepEqual(announced, [secret]));
  await rig.redis.stop();
  await assert.rejects(bus.announce(secret), (error: Error) => {
    assert.equal(error.name, "RedisError");
    assert.doesNotMatch(Deno.inspect(error), /secret|user-7|EVALSHA/i);
    return true;
  });
  await eventually(() => assert.ok(rig.logged.length > 0));
  assert.doesNotMatch(rig.logged.join(), /secret|user-7|a token for tests/);
});

Deno.test("every key of the bus expires", async () => {
  await using rig = await openRedisRig();
  const first = await rig.openInstance();
  const leader = await createLeader(first);
  const newcomers = interest({ signedIn: ["AAPL"], anonymous: ["MSFT"] });
  await first.bus.want("one", newcomers, { newcomers });
  await leader.publish({ quotes: quotesOf(["AAPL"], "1") });
  await leader.publish({ unchanged: [ticker("AAPL")] });
  const keys: string[] = await rig.ask("KEYS", "*");
  assert.equal(keys.length, 11, keys.join());
  for (const key of keys) {
    assert.match(key, /^quoteboard:\{bus\}:/);
    const ttlMs = await rig.ask("PTTL", key);
    assert.ok(ttlMs > 0 && ttlMs <= 24 * 3_600_000, `${key}: ${ttlMs}`);
  }
});
