import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { createClock } from "../../lib/clock.ts";
import { closeCodes, type FullQuote, type ServerMessage } from "../../lib/protocol.ts";
import type { Price, Ticker } from "../../lib/quote.ts";
import { FakeSocket } from "./fake_socket.ts";
import { createLiveClient, type RefreshOutcome } from "./client.ts";
import * as times from "./times.ts";

const startMs = 1_700_000_000_000;
const tickMs = 5_000;
const quote: FullQuote = ["AAPL" as Ticker, 1 as Price, 0, 0, "open", "simulated", 0];

/** A client whose server, clock and random numbers come from the test. */
function startClient({ expectsTicks = true, connects = true, isStranger = false } = {}) {
  const timers = FakeTimers.createClock(startMs);
  const clock = createClock(timers);
  const sockets: FakeSocket[] = [];
  const state = { random: 0.5, refresh: "renewed" as RefreshOutcome, refreshes: 0, signedOut: 0 };
  const messages: ServerMessage[] = [];
  const client = createLiveClient({
    clock,
    random: () => state.random,
    openSocket() {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    refresh() {
      state.refreshes++;
      return Promise.resolve(state.refresh);
    },
    onMessage: (message) => messages.push(message),
    onSignedOut: () => state.signedOut++,
  }, { tickMs, expectsTicks, isStranger });
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
    messages,
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

Deno.test("the status becomes live with the first fresh prices", () => {
  const page = startClient();
  assert.equal(page.kind(), "connecting");
  page.hello();
  assert.equal(page.kind(), "connecting");
  page.snapshot([quote]);
  assert.equal(page.kind(), "live");
});

Deno.test("a snapshot with only stale prices does not make the status live", () => {
  const page = startClient();
  page.hello();
  page.snapshot([quote.with(6, 1) as unknown as FullQuote]);
  assert.equal(page.kind(), "connecting");
});

Deno.test("an empty list is live without ticks, and stays live", () => {
  const page = startClient({ expectsTicks: false });
  page.hello();
  page.timers.tick(10 * 60_000);
  assert.equal(page.kind(), "live");
});

Deno.test("without a first tick the prices become stale since the page was rendered", () => {
  const page = startClient();
  page.hello();
  page.timers.tick(2 * tickMs + times.overdueGraceMs);
  assert.deepEqual(page.client.status.value, { kind: "stale", since: startMs });
});

Deno.test("an overdue tick makes the prices stale since the last tick, and the next tick makes them live", () => {
  const page = startClient();
  page.hello();
  page.timers.tick(1_000);
  page.tick();
  page.timers.tick(tickMs + times.overdueGraceMs - 1);
  assert.equal(page.kind(), "live");
  page.timers.tick(1);
  assert.deepEqual(page.client.status.value, { kind: "stale", since: startMs + 1_000 });
  page.tick();
  assert.equal(page.kind(), "live");
});

Deno.test("a slower heartbeat is not overdue if the server announced it", () => {
  const page = startClient();
  page.hello();
  page.tick(30_000);
  page.timers.tick(30_000);
  assert.equal(page.kind(), "live");
});

Deno.test("after a snapshot of closed markets the next tick may take as long as a heartbeat", () => {
  const page = startClient();
  page.hello();
  page.snapshot([quote.with(4, "closed") as unknown as FullQuote]);
  page.timers.tick(times.heartbeatMaxMs);
  assert.equal(page.kind(), "live");
});

Deno.test("a silent socket gets a probe and is then replaced", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.timers.tick(tickMs + times.overdueGraceMs);
  const silent = page.socket();
  assert.deepEqual(silent.sent.map((text) => JSON.parse(text)), [
    { type: "subscribe", tickers: [] },
  ]);
  page.timers.tick(times.probeTimeoutMs + times.retryBaseMs);
  assert.ok(silent.isClosed);
  assert.equal(page.sockets.length, 2);
  assert.equal(page.kind(), "stale");
});

Deno.test("a socket that answers the probe is kept while the prices stay stale", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.timers.tick(tickMs + times.overdueGraceMs);
  page.snapshot([]);
  page.timers.tick(times.probeTimeoutMs + 2_000);
  assert.equal(page.sockets.length, 1);
  assert.equal(page.kind(), "stale");
});

Deno.test("a socket that never opens is closed, and the client tries again", () => {
  const page = startClient();
  page.timers.tick(times.helloTimeoutMs + times.retryBaseMs);
  assert.equal(page.sockets.length, 2);
  assert.ok(page.sockets[0]?.isClosed);
});

Deno.test("the client reconnects after a restart, a slow reader and a resync", () => {
  for (const code of [closeCodes.restarting, closeCodes.tooSlow, closeCodes.resync, 1006, 1001]) {
    const page = startClient();
    page.hello();
    page.tick();
    page.socket().end(code);
    assert.equal(page.kind(), "reconnecting");
    page.timers.tick(times.retryBaseMs);
    assert.equal(page.sockets.length, 2, `after ${code}`);
  }
});

Deno.test("the limit of the delay doubles up to the cap, and each delay is random below it", () => {
  const perMille = fc.integer({ min: 0, max: 999 });
  fc.assert(
    fc.property(fc.array(perMille, { minLength: 1, maxLength: 12 }), (randoms) => {
      const page = startClient();
      for (const [failures, random] of randoms.entries()) {
        const spanMs = Math.min(times.retryCapMs, times.retryBaseMs * 2 ** failures);
        const delayMs = spanMs * random / 1000;
        page.state.random = random / 1000;
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

Deno.test("a socket that was stable resets the backoff, one that fails at once does not", () => {
  const page = startClient();
  page.state.random = 0.999;
  for (let count = 0; count < 8; count++) {
    page.socket().end(1006);
    page.timers.tick(times.retryCapMs);
  }
  page.hello();
  page.socket().end(1006);
  page.timers.tick(2_000);
  const tries = page.sockets.length;
  page.timers.tick(times.retryCapMs);
  assert.equal(page.sockets.length, tries + 1, "it still waited long");
  page.hello();
  page.tick();
  page.timers.tick(times.stableMs);
  page.socket().end(1006);
  page.timers.tick(times.retryBaseMs);
  assert.equal(page.sockets.length, tries + 2, "now it waited shortly");
});

Deno.test("after bye the client waits for the server's delay, and only once", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.socket().say({ type: "bye", retryAfterMs: 4_000 });
  page.socket().end(closeCodes.restarting);
  page.timers.tick(4_000);
  assert.equal(page.sockets.length, 1);
  page.timers.tick(times.retryBaseMs);
  assert.equal(page.sockets.length, 2);
  page.socket().end(1006);
  page.timers.tick(2 * times.retryBaseMs);
  assert.equal(page.sockets.length, 3);
});

Deno.test("a delay in bye that is too long is reduced", () => {
  const page = startClient();
  page.socket().say({ type: "bye", retryAfterMs: 1e12 });
  page.socket().end(closeCodes.restarting);
  page.timers.tick(times.byeDelayMaxMs + times.retryBaseMs);
  assert.equal(page.sockets.length, 2);
});

Deno.test("an expired sign-in is renewed before the client reconnects", async () => {
  const page = startClient();
  page.hello();
  page.socket().end(closeCodes.signInExpired);
  await page.timers.tickAsync(times.retryBaseMs);
  assert.equal(page.state.refreshes, 1);
  assert.equal(page.sockets.length, 2);
});

Deno.test("a socket without a user is replaced after the sign-in is renewed", async () => {
  const page = startClient();
  page.hello(null);
  assert.ok(page.socket().isClosed);
  assert.deepEqual(page.messages, []);
  await page.timers.tickAsync(times.retryBaseMs);
  assert.equal(page.state.refreshes, 1);
  assert.equal(page.sockets.length, 2);
});

Deno.test("a stranger's socket needs no user; one that got a user elsewhere is renewed like any other", () => {
  const { hello, socket, state, kind, tick } = startClient({ isStranger: true });
  hello(null);
  tick();
  assert.deepEqual([kind(), state.refreshes], ["live", 0]);
  socket().end(closeCodes.signInExpired);
  assert.equal(state.refreshes, 1);
});

Deno.test("a sign-in that cannot be renewed leads to the sign-in page, and the client does not reconnect", async () => {
  const page = startClient();
  page.state.refresh = "signed_out";
  page.socket().end(closeCodes.signInExpired);
  await page.timers.tickAsync(10 * 60_000);
  assert.deepEqual([page.kind(), page.state.signedOut, page.sockets.length], ["signed_out", 1, 1]);
});

Deno.test("a renewal without an answer is retried later", async () => {
  const page = startClient();
  page.state.refresh = "failed";
  page.socket().end(closeCodes.signInExpired);
  await page.timers.tickAsync(times.retryBaseMs);
  assert.equal(page.sockets.length, 2);
  assert.equal(page.state.signedOut, 0);
});

Deno.test("a sign-out elsewhere leads to the sign-in page", () => {
  const page = startClient();
  page.hello();
  page.socket().end(closeCodes.signedOut);
  page.timers.tick(10 * 60_000);
  assert.deepEqual([page.kind(), page.state.signedOut, page.sockets.length], ["signed_out", 1, 1]);
});

Deno.test("at the limit of sockets the client reconnects only when the user asks for it", () => {
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

Deno.test("after an error of the protocol the client reconnects slowly", () => {
  const page = startClient();
  page.socket().end(closeCodes.badMessage);
  page.timers.tick(times.faultRetryMs);
  assert.equal(page.sockets.length, 1);
  page.timers.tick(times.retryBaseMs);
  assert.equal(page.sockets.length, 2);
});

Deno.test("when the network returns, a new socket opens at once", () => {
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

Deno.test("when the page is visible again, a healthy socket is kept and a lost one is replaced at once", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.client.wake();
  assert.equal(page.sockets.length, 1);
  page.socket().end(1006);
  page.client.wake();
  assert.equal(page.sockets.length, 2);
  page.timers.tick(times.retryBaseMs);
  assert.equal(page.sockets.length, 2, "the pending retry was cancelled");
});

Deno.test("when the page is visible again between two slow heartbeats, the socket is kept", () => {
  const page = startClient();
  page.hello();
  page.tick(30_000);
  page.timers.tick(25_000);
  page.client.wake();
  assert.equal(page.sockets.length, 1);
});

Deno.test("a list that becomes empty is not stale, although no ticks arrive", () => {
  const page = startClient();
  page.hello();
  page.timers.tick(60_000);
  page.snapshot([]);
  assert.equal(page.kind(), "stale");
  page.client.expectTicks(false);
  assert.equal(page.kind(), "live");
});

Deno.test("when the page is visible again after a long sleep, the open but silent socket is replaced", () => {
  const page = startClient();
  page.hello();
  page.tick();
  page.timers.setSystemTime(startMs + 3_600_000);
  page.client.wake();
  assert.equal(page.sockets.length, 2);
});

Deno.test("a page from the back/forward cache shows its prices as stale until new ones arrive", () => {
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

Deno.test("messages of a replaced socket are ignored", () => {
  const page = startClient();
  const dropped = page.socket();
  page.client.connect();
  dropped.say({ type: "bye", retryAfterMs: 1 });
  dropped.end(closeCodes.signedOut);
  assert.deepEqual([page.messages, page.state.signedOut], [[], 0]);
});

Deno.test("a stopped client stays stopped, even if a renewal ends later", async () => {
  const page = startClient();
  page.hello(null);
  page.client.stop();
  await page.timers.tickAsync(10 * 60_000);
  assert.equal(page.sockets.length, 1);
});

Deno.test("ticks are expected once an empty list gets its first ticker", () => {
  const page = startClient({ expectsTicks: false });
  page.hello();
  page.timers.tick(60_000);
  page.client.expectTicks(true);
  assert.equal(page.kind(), "live");
  page.timers.tick(2 * tickMs + times.overdueGraceMs);
  assert.equal(page.kind(), "stale");
});
