// Owns what a poller needs in tests: fake time, the real in-process bus, a source that records its calls, and cron.

import FakeTimers from "@sinonjs/fake-timers";
import type { Bus, Tick } from "../../lib/bus/bus.ts";
import { interest } from "../../lib/bus/bus_fixtures.ts";
import { createMemoryBus } from "../../lib/bus/memory_bus.ts";
import { createClock } from "../../lib/clock.ts";
import { createLog } from "../../lib/log.ts";
import { createMetrics } from "../../lib/metrics.ts";
import { isStale, type Price, type Ticker } from "../../lib/quote.ts";
import type { FetchOutcome, QuoteSource } from "../../lib/sources/source.ts";
import { createUpstreams, type UpstreamsOptions } from "../../workers/upstream/create_upstreams.ts";
import { createPoller, type Poller, type PollerOptions } from "../../workers/poll_quotes.ts";

/** A full minute, so that offsets are seconds of a minute. */
export const minute = Date.UTC(2026, 2, 11, 14, 30);

export interface Call {
  readonly at: number;
  readonly tickers: readonly Ticker[];
}

export interface FakeSource extends QuoteSource {
  readonly calls: Call[];
  /** The answer to the next calls. Default: every ticker has a price that changes with each call. */
  answer: (
    tickers: readonly Ticker[],
    signal?: AbortSignal,
  ) => FetchOutcome | Promise<FetchOutcome>;
}

export function createPollerRig({ startMs = minute, batchSize = 50 } = {}) {
  const timers = FakeTimers.createClock(startMs);
  const clock = createClock(timers);
  const log = createLog("silent");
  const metrics = createMetrics();
  const bus = createMemoryBus({ clock, log, metrics, isStale, cadenceMs: 5_000 });
  const ticks: Tick[] = [];
  bus.subscribe(({ tick }) => ticks.push(tick));

  const source: FakeSource = {
    name: "fake",
    notice: "Made up.",
    cost: "call",
    batchSize,
    limits: [],
    hours: "always",
    calls: [],
    answer: (tickers) => priced(tickers, 1_000_000 + source.calls.length * 100),
    fetchQuotes(tickers, signal) {
      source.calls.push({ at: timers.now, tickers });
      return Promise.try(() => source.answer(tickers, signal));
    },
  };

  let repeating: ReturnType<typeof timers.setInterval> | undefined;
  const pollers: Poller[] = [];
  /** Uses upstreams of the test, or else one upstream with the rig's source. */
  function openPoller(
    { source: own = source, marketOf, ...options }:
      & Partial<PollerOptions>
      & Pick<UpstreamsOptions, "marketOf">
      & { source?: QuoteSource } = {},
  ): Poller {
    const upstreams = createUpstreams([own], {
      clock,
      log,
      metrics,
      pollIntervalMs: 5_000,
      ...(marketOf && { marketOf }),
    });
    const instanceId = `instance ${pollers.length + 1}`;
    const poller = createPoller({
      upstreams,
      bus,
      clock,
      log,
      metrics,
      instanceId,
      pollIntervalMs: 5_000,
      ...options,
    });
    pollers.push(poller);
    return poller;
  }

  return {
    timers,
    clock,
    log,
    metrics,
    bus,
    ticks,
    source,
    openPoller,
    pass: (ms: number) => timers.tickAsync(ms),
    /** Declares from now on that these tickers are wanted, as a hub does. Announces the newcomers, if there are any. */
    async watch(signedIn: string[], { newcomers = [] as string[] } = {}) {
      timers.clearInterval(repeating);
      repeating = timers.setInterval(() => void bus.want("hub", interest({ signedIn })), 10_000);
      await bus.want("hub", interest({ signedIn }), {
        newcomers: interest({ signedIn: newcomers }),
      });
    },
    /** Milliseconds from the rig's start to the time of each item. */
    offsets: (items: readonly { readonly at: number }[]) => items.map(({ at }) => at - minute),
    async close() {
      const stopped = Promise.all(pollers.map((poller) => poller.stop()));
      await timers.tickAsync(3_000);
      await stopped;
    },
  };
}

export type PollerRig = ReturnType<typeof createPollerRig>;

export function priced(tickers: readonly Ticker[], price: number): FetchOutcome {
  const quotes = tickers.map((ticker) => ({ ticker, price: price as Price }));
  return { kind: "ok", quotes, faults: [] };
}

/** Works like Deno.cron: runs at each full minute, a little late, and skips a minute that begins while the handler runs. */
export function startCron(
  { timers }: PollerRig,
  { poller, jittersMs }: { poller: Poller; jittersMs: readonly number[] },
) {
  let turns = 0;
  function schedule() {
    const turn = Math.floor(timers.now / 60_000 + 1) * 60_000;
    const jitterMs = jittersMs[turns++ % jittersMs.length] ?? 0;
    timers.setTimeout(() => void poller.openWindow().then(schedule), turn + jitterMs - timers.now);
  }
  schedule();
}

/** A bus whose connection to the backbone can be cut. */
export function breakable(bus: Bus) {
  const state = { isHanging: false, isFailing: false };
  function through<A extends unknown[], T>(call: (...args: A) => Promise<T>) {
    return (...args: A): Promise<T> => {
      if (state.isHanging) return new Promise(() => {});
      return state.isFailing ? Promise.reject(new Error("No bus.")) : call(...args);
    };
  }
  const broken: Bus = {
    ...bus,
    publish: through(bus.publish),
    wanted: through(bus.wanted),
    lease: {
      take: through((...args: Parameters<Bus["lease"]["take"]>) => bus.lease.take(...args)),
      renew: through((...args: Parameters<Bus["lease"]["renew"]>) => bus.lease.renew(...args)),
      release: through((...args: Parameters<Bus["lease"]["release"]>) =>
        bus.lease.release(...args)
      ),
    },
  };
  return { state, bus: broken };
}
