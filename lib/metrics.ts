// Owns the names of all metrics for Prometheus. Memory has its own gauge, because prom-client's process metrics are 0 on Deno.

import { Counter, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];

  new Gauge({
    name: "quoteboard_memory_rss_bytes",
    help: "Resident memory of the process",
    registers,
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });

  const metrics = {
    registry,
    ticksPublished: new Counter({
      name: "quoteboard_ticks_published_total",
      help: "Ticks this instance published, by kind",
      labelNames: ["kind"],
      registers,
    }),
    ticksRefused: new Counter({
      name: "quoteboard_ticks_refused_total",
      help: "Ticks the bus refused because a newer leader publishes",
      registers,
    }),
    ticksDropped: new Counter({
      name: "quoteboard_ticks_dropped_total",
      help: "Ticks that came after a newer one",
      registers,
    }),
    quotesDropped: new Counter({
      name: "quoteboard_quotes_dropped_total",
      help: "Quotes that were older than the present one",
      registers,
    }),
    lastTickAt: new Gauge({
      name: "quoteboard_last_tick_timestamp_seconds",
      help: "When the last tick was received",
      registers,
    }),
    upstreamCalls: new Counter({
      name: "quoteboard_upstream_calls_total",
      help: "Calls to the quote source, by source and outcome",
      labelNames: ["source", "outcome"],
      registers,
    }),
    upstreamSeconds: new Histogram({
      name: "quoteboard_upstream_seconds",
      help: "Duration of calls to the quote source",
      labelNames: ["source"],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    tickerFaults: new Counter({
      name: "quoteboard_ticker_faults_total",
      help: "Tickers a source could not price, by fault",
      labelNames: ["source", "fault"],
      registers,
    }),
    watchedTickers: new Gauge({
      name: "quoteboard_watched_tickers",
      help: "Tickers the leader polls",
      registers,
    }),
    cadence: new Gauge({
      name: "quoteboard_cadence_seconds",
      help: "Present time between two ticks",
      registers,
    }),
    sockets: new Gauge({
      name: "quoteboard_sockets",
      help: "Open sockets, by kind",
      labelNames: ["kind"],
      registers,
    }),
    socketsClosed: new Counter({
      name: "quoteboard_sockets_closed_total",
      help: "Sockets the server closed, by code",
      labelNames: ["code"],
      registers,
    }),
    framesSent: new Counter({
      name: "quoteboard_frames_sent_total",
      help: "Frames sent to sockets",
      registers,
    }),
    framesDeferred: new Counter({
      name: "quoteboard_frames_deferred_total",
      help: "Frames deferred because a socket had not read the previous one",
      registers,
    }),
    flushSeconds: new Histogram({
      name: "quoteboard_flush_seconds",
      help: "Time to send one tick to all sockets",
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5],
      registers,
    }),
    requests: new Counter({
      name: "quoteboard_http_requests_total",
      help: "HTTP requests, by method and status",
      labelNames: ["method", "status"],
      registers,
    }),
    signIns: new Counter({
      name: "quoteboard_sign_ins_total",
      help: "Sign-in attempts, by outcome",
      labelNames: ["outcome"],
      registers,
    }),
    budgetLeft: new Gauge({
      name: "quoteboard_upstream_budget_left",
      help: "Calls (or credits) left of a source's limit, by source and window",
      labelNames: ["source", "window"],
      registers,
    }),
  };

  new Gauge({
    name: "quoteboard_upstream_calls_saved",
    help:
      "Calls that viewers would have made by polling, one for each frame, minus the calls made; " +
      "add up the values of all instances",
    registers,
    async collect() {
      const [frames, calls] = await Promise.all([
        metrics.framesSent.get(),
        metrics.upstreamCalls.get(),
      ]);
      this.set(sumOf(frames) - sumOf(calls));
    },
  });

  return metrics;
}

function sumOf({ values }: { values: readonly { value: number }[] }): number {
  return values.reduce((sum, { value }) => sum + value, 0);
}
