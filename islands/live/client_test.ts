import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { createClock } from "../../lib/clock.ts";
import { closeCodes, type FullQuote, type ServerMessage } from "../../lib/protocol.ts";
import type { Price, Ticker } from "../../lib/quote.ts";
import { FakeSocket } from "./fake_socket.ts";
import { createLiveClient, type RefreshOutcome } from "./client.ts";
import * as liveTimes from "./times.ts";

const startMs = 1_700_000_000_000;
const tickMs = 5_000;
const quote: FullQuote = ["AAPL" as Ticker, 1 as Price, 0, 0, "open", "simulated", 0];

/** A client whose server, clock and chance the test plays. */
function startClient({ expectsTicks = true, connects = true } = {}) {
  const timers = FakeTimers.createClock(startMs);
  const clock = createClock(timers);
  const sockets: FakeSocket[] = [];
  const state = { chance: 0.5, refresh: "renewed" as RefreshOutcome, refreshes: 0, signedOut: 0 };
  const heard: ServerMessage[] = [];
  const client = createLiveClient({
    clock,
    random: () => state.chance,
    openSocket() {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    refresh() {
      state.refreshes++;
      return Promise.resolve(state.refresh);
    },
    onMessage: (message) => heard.push(message),
    onSignedOut: () => state.signedOut++,
  }, { tickMs, expectsTicks });
  if (connects) client.connect();

  function socket(): FakeSocket {
    const last = sockets.at(-1);
    assert.ok(last, "no socket was opened");
    return last;
  }
  return {
    client,
    state,
    sockets,
    heard,
    timers,
    socket,
    kind: () => client.status.value.kind,
    hello(user: string | null = "user1") {
      socket().say({ type: "hello", v: 1, now: clock.now(), tickMs, epoch: 1, seq: 1, user });
    },
    snapshot(quotes: readonly FullQuote[]) {
      socket().say({ type: "snapshot", epoch: 1, seq: 1, at: clock.now(), tickMs, quotes });
    },
    tick(dueMs = tickMs) {
      const at = clock.now();
      socket().say({ type: "tick", epoch: 1, seq: 2, at, tickMs, nextAt: at + dueMs, quotes: [] });
    },
  };
}

Deno.test("connecting turns to live with the first fresh prices", () => {
  const page = startClient();
  assert.equal(page.kind(), "connecting");
  page.hello();
  assert.equal(page.kind(), "connecting");
  page.snapshot([quote]);
  assert.equal(page.kind(), "live");
});

Deno.test("a snapshot of stale prices alone is not called live", () => {
  const page = startClient();
  page.hello();
  page.snapshot([quote.with(6, 1) as unknown as FullQuote]);
  assert.equal(page.kind(), "connecting");
});

Deno.test("an empty list is live without any tick, and stays so", () => {
  const page = startClient({ expectsTicks: false });
  page.hello();
  page.timers.tick(10 * 60_000);
  assert.equal(page.kind(), "live");
});

Deno.test("without a first tick the page says since when its prices stand", () => {
  const page = startClient();
  page.hello();
  page.timers.tick(2 * tickMs + liveTimes.overdueGraceMs);
  assert.deepEqual(page.client.status.value, { kind: "stale", since: startMs });
});

Deno.test("an overdue tick makes prices stale since the last one, the next makes them live", () => {
  const page = startClient();
  page.hello();
  page.timers.tick(1_000);
  page.tick();
  page.timers.tick(tickMs + liveTimes.overdueGraceMs - 1);
  assert.equal(page.kind(), "live");
  page.timers.tick(1);
  assert.deepEqual(page.client.status.value, { kind: "stale", since: startMs + 1_000 });
  page.tick();
  assert.equal(page.kind(), "live");
});

Deno.test("a slower heartbeat is waited for as the server announced it", () => {
  const page = startClient();
  page.hello();
  page.tick(30_000);
  page.timers.tick(30_000);
  assert.equal(page.kind(), "live");
});

Deno.test("a snapshot of closed markets waits for the heartbeat, not for the cadence", () => {
  const page = startClient();
  page.hello();
  page.snapshot([quote.with(4, "closed") as unknown as FullQuote]);
  page.timers.tick(liveTimes.heartbeatMaxMs);
  assert.equal(page.kind(), "live");
});

Deno.test("a silent socket is probed, then replaced", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.timers.tick(tickMs + liveTimes.overdueGraceMs);
  const silent = page.socket();
  assert.deepEqual(silent.sent.map((text) => JSON.parse(text)), [
    { type: "subscribe", tickers: [] },
  ]);
  page.timers.tick(liveTimes.probeTimeoutMs + liveTimes.retryBaseMs);
  assert.ok(silent.isClosed);
  assert.equal(page.sockets.length, 2);
  assert.equal(page.kind(), "stale");
});

Deno.test("a socket that answers the probe is kept while the prices stay stale", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.timers.tick(tickMs + liveTimes.overdueGraceMs);
  page.snapshot([]);
  page.timers.tick(liveTimes.probeTimeoutMs + 2_000);
  assert.equal(page.sockets.length, 1);
  assert.equal(page.kind(), "stale");
});

Deno.test("a socket that never opens is given up and tried again", () => {
  const page = startClient();
  page.timers.tick(liveTimes.helloTimeoutMs + liveTimes.retryBaseMs);
  assert.equal(page.sockets.length, 2);
  assert.ok(page.sockets[0]?.isClosed);
});

Deno.test("restarts, slow readers and resyncs come back by themselves", () => {
  for (const code of [closeCodes.restarting, closeCodes.tooSlow, closeCodes.resync, 1006, 1001]) {
    const page = startClient();
    page.hello();
    page.tick();
    page.socket().end(code);
    assert.equal(page.kind(), "reconnecting");
    page.timers.tick(liveTimes.retryBaseMs);
    assert.equal(page.sockets.length, 2, `after ${code}`);
  }
});

Deno.test("waits double up to the cap, and each is random below its span", () => {
  const perMille = fc.integer({ min: 0, max: 999 });
  fc.assert(
    fc.property(fc.array(perMille, { minLength: 1, maxLength: 12 }), (chances) => {
      const page = startClient();
      for (const [failures, chance] of chances.entries()) {
        const spanMs = Math.min(liveTimes.retryCapMs, liveTimes.retryBaseMs * 2 ** failures);
        const delayMs = spanMs * chance / 1000;
        page.state.chance = chance / 1000;
        page.socket().end(1006);
        page.timers.tick(Math.max(0, delayMs - 1));
        if (delayMs >= 1) assert.equal(page.sockets.length, failures + 1);
        page.timers.tick(2);
        assert.equal(page.sockets.length, failures + 2);
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("a socket that had settled starts the waits anew, one that fails at once does not", () => {
  const page = startClient();
  page.state.chance = 0.999;
  for (let count = 0; count < 8; count++) {
    page.socket().end(1006);
    page.timers.tick(liveTimes.retryCapMs);
  }
  page.hello();
  page.socket().end(1006);
  page.timers.tick(2_000);
  const tries = page.sockets.length;
  page.timers.tick(liveTimes.retryCapMs);
  assert.equal(page.sockets.length, tries + 1, "it still waited long");
  page.hello();
  page.tick();
  page.timers.tick(liveTimes.settledMs);
  page.socket().end(1006);
  page.timers.tick(liveTimes.retryBaseMs);
  assert.equal(page.sockets.length, tries + 2, "now it waited shortly");
});

Deno.test("after bye the server's delay comes first, and only once", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.socket().say({ type: "bye", retryAfterMs: 4_000 });
  page.socket().end(closeCodes.restarting);
  page.timers.tick(4_000);
  assert.equal(page.sockets.length, 1);
  page.timers.tick(liveTimes.retryBaseMs);
  assert.equal(page.sockets.length, 2);
  page.socket().end(1006);
  page.timers.tick(2 * liveTimes.retryBaseMs);
  assert.equal(page.sockets.length, 3);
});

Deno.test("an absurd delay in bye is not obeyed", () => {
  const page = startClient();
  page.socket().say({ type: "bye", retryAfterMs: 1e12 });
  page.socket().end(closeCodes.restarting);
  page.timers.tick(liveTimes.byeDelayMaxMs + liveTimes.retryBaseMs);
  assert.equal(page.sockets.length, 2);
});

Deno.test("an expired sign-in is renewed before coming back", async () => {
  const page = startClient();
  page.hello();
  page.socket().end(closeCodes.signInExpired);
  await page.timers.tickAsync(liveTimes.retryBaseMs);
  assert.equal(page.state.refreshes, 1);
  assert.equal(page.sockets.length, 2);
});

Deno.test("a socket that opened for nobody is replaced after renewing the sign-in", async () => {
  const page = startClient();
  page.hello(null);
  assert.ok(page.socket().isClosed);
  assert.deepEqual(page.heard, []);
  await page.timers.tickAsync(liveTimes.retryBaseMs);
  assert.equal(page.state.refreshes, 1);
  assert.equal(page.sockets.length, 2);
});

Deno.test("a sign-in that cannot be renewed leads to the sign-in page, and nothing is tried further", async () => {
  const page = startClient();
  page.state.refresh = "signed_out";
  page.socket().end(closeCodes.signInExpired);
  await page.timers.tickAsync(10 * 60_000);
  assert.deepEqual([page.kind(), page.state.signedOut, page.sockets.length], ["signed_out", 1, 1]);
});

Deno.test("a renewal without an answer is tried again later", async () => {
  const page = startClient();
  page.state.refresh = "failed";
  page.socket().end(closeCodes.signInExpired);
  await page.timers.tickAsync(liveTimes.retryBaseMs);
  assert.equal(page.sockets.length, 2);
  assert.equal(page.state.signedOut, 0);
});

Deno.test("signing out elsewhere leads to the sign-in page", () => {
  const page = startClient();
  page.hello();
  page.socket().end(closeCodes.signedOut);
  page.timers.tick(10 * 60_000);
  assert.deepEqual([page.kind(), page.state.signedOut, page.sockets.length], ["signed_out", 1, 1]);
});

Deno.test("at the limit nothing reconnects by itself, but the user's button does", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.socket().end(closeCodes.limit);
  page.client.wake();
  page.client.online();
  page.timers.tick(10 * 60_000);
  assert.deepEqual([page.kind(), page.sockets.length], ["limit", 1]);
  page.client.connect();
  assert.deepEqual([page.kind(), page.sockets.length], ["stale", 2], "its prices are old");
  page.hello();
  page.tick();
  assert.equal(page.kind(), "live");
});

Deno.test("after a fault of the protocol it comes back slowly", () => {
  const page = startClient();
  page.socket().end(closeCodes.badMessage);
  page.timers.tick(liveTimes.faultRetryMs);
  assert.equal(page.sockets.length, 1);
  page.timers.tick(liveTimes.retryBaseMs);
  assert.equal(page.sockets.length, 2);
});

Deno.test("when the network returns a new socket opens at once", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.client.offline();
  assert.equal(page.kind(), "reconnecting");
  const silent = page.socket();
  page.client.online();
  assert.equal(page.sockets.length, 2);
  assert.ok(silent.isClosed);
});

Deno.test("back in view, a healthy socket is left alone and a lost one replaced at once", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.client.wake();
  assert.equal(page.sockets.length, 1);
  page.socket().end(1006);
  page.client.wake();
  assert.equal(page.sockets.length, 2);
  page.timers.tick(liveTimes.retryBaseMs);
  assert.equal(page.sockets.length, 2, "the wait that had begun is void");
});

Deno.test("back in view between two slow heartbeats, nothing is done", () => {
  const page = startClient();
  page.hello();
  page.tick(30_000);
  page.timers.tick(25_000);
  page.client.wake();
  assert.equal(page.sockets.length, 1);
});

Deno.test("an emptied list is not called stale for want of ticks", () => {
  const page = startClient();
  page.hello();
  page.timers.tick(60_000);
  page.snapshot([]);
  assert.equal(page.kind(), "stale");
  page.client.expectTicks(false);
  assert.equal(page.kind(), "live");
});

Deno.test("back in view after a long sleep, the open but silent socket is replaced", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.timers.setSystemTime(startMs + 3_600_000);
  page.client.wake();
  assert.equal(page.sockets.length, 2);
});

Deno.test("a page shown again by the Back button calls its prices stale until new ones come", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.client.stop();
  page.timers.tick(3_600_000);
  page.client.online();
  assert.deepEqual(page.client.status.value, { kind: "stale", since: startMs });
  page.hello();
  page.tick();
  assert.equal(page.kind(), "live");
});

Deno.test("what a dropped socket still says is not heard", () => {
  const page = startClient();
  const dropped = page.socket();
  page.client.connect();
  dropped.say({ type: "bye", retryAfterMs: 1 });
  dropped.end(closeCodes.signedOut);
  assert.deepEqual([page.heard, page.state.signedOut], [[], 0]);
});

Deno.test("a stopped client stays stopped, also when a renewal ends later", async () => {
  const page = startClient();
  page.hello(null);
  page.client.stop();
  await page.timers.tickAsync(10 * 60_000);
  assert.equal(page.sockets.length, 1);
});

Deno.test("the first ticker of an empty list makes ticks expected from then on", () => {
  const page = startClient({ expectsTicks: false });
  page.hello();
  page.timers.tick(60_000);
  page.client.expectTicks(true);
  assert.equal(page.kind(), "live");
  page.timers.tick(2 * tickMs + liveTimes.overdueGraceMs);
  assert.equal(page.kind(), "stale");
});
