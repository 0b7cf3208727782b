// Owns the work of the lease holder: it polls at the marks and for newcomers, and publishes. Takes no lease itself.

import { type Bus, busTimeoutMs, type Interest, type Tick } from "../../lib/bus/bus.ts";
import type { Clock } from "../../lib/clock.ts";
import { within } from "../../lib/deadline.ts";
import type { Log } from "../../lib/log.ts";
import type { Metrics } from "../../lib/metrics.ts";
import type { Ticker } from "../../lib/quote.ts";
import type { HeldLease } from "../lease.ts";
import type { SecuritiesRefresh } from "../refresh_securities.ts";
import type { CourseSaves } from "../save_courses.ts";
import { markAt, nextMark } from "../schedule.ts";
import type { Answers, Upstream, Upstreams } from "../upstream/upstreams.ts";
import { createNewcomers } from "./newcomers.ts";
import { createPollPlan } from "./poll_plan.ts";
import type { Publisher } from "./publisher.ts";
import { createSpentReport } from "./spent_report.ts";
import { compareQuotes, type TickContent } from "./tick_content.ts";

export interface LeaderOptions {
  readonly upstreams: Upstreams;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly publisher: Publisher;
  readonly pollIntervalMs: number;
  readonly securitiesRefresh?: SecuritiesRefresh | undefined;
  readonly courseSaves?: CourseSaves | undefined;
}

export interface Leader {
  /** Polls until the signal aborts or the lease is lost. A new epoch polls at once. */
  lead(held: HeldLease, signal: AbortSignal): Promise<void>;
}

/** One term under one lease, until its signal aborts. */
interface Term {
  readonly epoch: number;
  readonly signal: AbortSignal;
  isHeld(): boolean;
}

type Occasioned = Term & { readonly kind: Tick["kind"] };

/** The share of the cadence that a poll may take; tickers without an answer in this time count as failed. */
const pollShareMax = 0.9;
/** One call for newcomers starts each second; this many may run at once. */
const newcomerCallsMax = 6;

export function createLeader(options: LeaderOptions): Leader {
  const { upstreams, bus, clock, log, metrics, publisher, pollIntervalMs } = options;
  const { securitiesRefresh, courseSaves } = options;
  const { present } = upstreams;
  const plan = createPollPlan({ present, bus, clock, pollIntervalMs });
  const spentReport = createSpentReport({ upstreams: upstreams.all, bus, clock });
  const newcomers = createNewcomers(clock);
  /** The tickers of running calls: no ticker is asked for twice at the same time. */
  const inFlight = new Set<Ticker>();
  let lastEpoch = 0;
  let polledMark = -Infinity;

  async function pollMarks(term: Term) {
    while (!term.signal.aborted) {
      const now = clock.now();
      const mark = markAt(now, plan.cadenceMs);
      const wentBack = mark < polledMark - plan.cadenceMs;
      if (mark > polledMark || wentBack) {
        polledMark = mark;
        await pollMark(term);
      } else {
        await clock.sleep(nextMark(now, plan.cadenceMs) - now, term.signal);
      }
    }
  }

  async function pollMark(term: Term) {
    securitiesRefresh?.runIfDue();
    courseSaves?.runIfDue();
    const wanted = await readWanted();
    if (!wanted) return;
    metrics.watchedTickers.set(wanted.signedIn.length + wanted.anonymous.length);
    if (plan.isIdle(wanted)) {
      await beat(term);
    } else {
      newcomers.remove([...wanted.signedIn, ...wanted.anonymous]);
      const asked = isReady(present()) ? plan.forMark(without(wanted, inFlight)) : [];
      await poll(asked, { ...term, kind: "mark" });
    }
    metrics.cadence.set(plan.cadenceMs / 1_000);
  }

  /** There is nothing to read: publishes a heartbeat only if one was promised. */
  async function beat(term: Term) {
    const { cadenceMs } = plan;
    if (!publisher.isDue(clock.now(), { epoch: term.epoch, cadenceMs })) return;
    await publish(nothing, { ...term, kind: "mark", idle: true });
  }

  async function readWanted(): Promise<Interest | undefined> {
    try {
      return await within(bus.wanted(), {
        clock,
        ms: Math.min(busTimeoutMs, pollIntervalMs / 2),
        what: "Reading what is wanted",
      });
    } catch (error) {
      log.warn({ err: error }, "The bus did not say what is wanted; this mark is skipped.");
      return undefined;
    }
  }

  async function pollNewcomers(term: Term) {
    const calls = new Set<Promise<void>>();
    for (;;) {
      const waiting = await newcomers.next(needsCall, term.signal);
      if (waiting.length === 0) break;
      // Tickers that the budget does not allow now come first at the next mark.
      const tickers = plan.forNewcomers(waiting);
      if (tickers.length === 0) continue;
      const call = poll(tickers, { ...term, kind: "newcomers" }).finally(() => calls.delete(call));
      calls.add(call);
      if (calls.size >= newcomerCallsMax) await Promise.race(calls);
    }
    await Promise.all(calls);
  }

  /** While no source can be asked, newcomers wait for the next mark. */
  function needsCall(ticker: Ticker): boolean {
    if (inFlight.has(ticker) || !isReady(present())) return false;
    const [known] = bus.latest([ticker]).quotes;
    return known === undefined || known.stale;
  }

  async function poll(asked: readonly Ticker[], term: Occasioned) {
    const { signal, kind } = term;
    for (const ticker of asked) inFlight.add(ticker);
    const mayAsk = asked.length > 0 && await isReserved(asked.length, term) && term.isHeld();
    const startedAt = clock.now();
    const answers = mayAsk ? await askInTime(asked, signal) : noAnswers;
    for (const ticker of asked) inFlight.delete(ticker);
    const { quotes, faults, failures } = answers;
    plan.wereRead([...quotes, ...faults].map(({ ticker }) => ticker));
    if (failures.some(({ failure }) => failure === "unknown_ticker")) securitiesRefresh?.reload();
    if (quotes.length === 0 && kind === "newcomers") return;
    const known = bus.latest(asked).quotes;
    const readAt = clock.now();
    // A poll that took until the next mark has served it too. A mark that comes while the tick is published is polled next.
    if (kind === "mark") polledMark = markAt(readAt, plan.cadenceMs);
    const content = compareQuotes(quotes, known);
    await publish(content, { ...term, startedAt: mayAsk ? startedAt : undefined });
  }

  /** Calls beyond those that the last tick reserved need a tick of their own first. */
  async function isReserved(count: number, term: Term): Promise<boolean> {
    if (spentReport.allows(count)) return true;
    await publish(nothing, { ...term, kind: "newcomers", askingFor: count });
    return spentReport.allows(count);
  }

  /** Adds what every tick carries besides its quotes. */
  async function publish(
    content: TickContent,
    { epoch, kind, askingFor, ...rest }: Occasioned & {
      startedAt?: number | undefined;
      idle?: boolean;
      /** The number of tickers that are asked for as soon as the tick is published. */
      askingFor?: number;
    },
  ) {
    const { spent, published } = spentReport.make(askingFor);
    const { cadenceMs } = plan;
    const { startedAt, idle = false } = rest;
    const occasion = { epoch, kind, cadenceMs, spent, startedAt, idle };
    if (await publisher.publish(content, occasion)) published();
  }

  async function askInTime(tickers: readonly Ticker[], signal: AbortSignal): Promise<Answers> {
    const deadline = new AbortController();
    const cancel = clock.after(plan.cadenceMs * pollShareMax, () => deadline.abort());
    const signals = AbortSignal.any([signal, deadline.signal]);
    const answers = await upstreams.ask(tickers, signals);
    cancel();
    return answers;
  }

  return {
    async lead({ lease: { epoch }, lost, isHeld }, windowSignal) {
      if (epoch !== lastEpoch) {
        polledMark = -Infinity;
        spentReport.learn({ ownEpoch: lastEpoch });
      }
      lastEpoch = epoch;
      const ended = new AbortController();
      const term = { epoch, isHeld, signal: AbortSignal.any([windowSignal, lost, ended.signal]) };
      const unsubscribe = bus.onAnnounce((announcement) => {
        if (announcement.kind === "newcomers") newcomers.add(announcement.interest);
      });
      metrics.cadence.set(plan.cadenceMs / 1_000);
      try {
        await Promise.all([pollMarks(term), pollNewcomers(term)]);
      } finally {
        ended.abort();
        unsubscribe();
        newcomers.clear();
      }
    },
  };
}

const nothing: TickContent = { quotes: [], unchanged: [] };
const noAnswers: Answers = { quotes: [], faults: [], failures: [] };

function isReady(upstream: Upstream): boolean {
  return upstream.readiness() !== "resting";
}

function without(wanted: Interest, others: ReadonlySet<Ticker>): Interest {
  const isOther = (ticker: Ticker) => !others.has(ticker);
  const { signedIn, anonymous } = wanted;
  return {
    ...wanted,
    signedIn: signedIn.filter(isOther),
    anonymous: anonymous.filter(isOther),
  };
}
