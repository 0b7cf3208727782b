// Owns the tickers that this instance wants polled: sockets view them, HTTP requests touch them. Sends them to the bus; holds no prices.

import type { Bus, Interest } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Ticker } from "../quote.ts";
import type { Transition, Universe } from "./interest.ts";

/** Released late, so that a page reload costs nothing. */
export const releaseMs = 1_000;
export const touchMs = 60_000;
/** The bus forgets interest after 30 s: two repeats may fail. */
export const repeatMs = 10_000;
/** At most one call to the bus in this time. */
export const callIntervalMs = 1_000;
/** A request waits for the first price of a ticker that became wanted in this time. */
const newcomerMs = 5_000;

/** When the interest of each kind of viewer ends, Unix ms. */
interface EndTimes {
  signedIn: number;
  anonymous: number;
}

export interface BookOptions {
  readonly bus: Pick<Bus, "want" | "latest">;
  readonly clock: Clock;
  readonly log: Log;
  readonly universe: Universe;
  readonly instanceId: string;
}

export type Book = ReturnType<typeof createBook>;

export function createBook({ bus, clock, log, universe, instanceId }: BookOptions) {
  const views = new Map<Ticker, EndTimes>();
  const touches = new Map<Ticker, EndTimes>();
  /** The tickers of the last call to the bus, and since when each has been sent. */
  let sentSince = new Map<Ticker, number>();
  let calledAt = -Infinity;
  let isCalling = false;
  let isStopped = false;
  let timer: { dueAt: number; cancel: () => void } | undefined;

  /** A visitor's interest counts only in a much watched ticker; a user's interest counts in any known one. */
  function kindOf(ticker: Ticker): "signedIn" | "anonymous" | undefined {
    if (!universe.isKnown(ticker)) return undefined;
    const now = clock.now();
    const view = views.get(ticker);
    const touch = touches.get(ticker);
    if (isAfter(now, view?.signedIn) || isAfter(now, touch?.signedIn)) return "signedIn";
    if (!universe.isMuchWatched(ticker)) return undefined;
    if (isAfter(now, view?.anonymous) || isAfter(now, touch?.anonymous)) return "anonymous";
    return undefined;
  }

  function currentInterest(): Interest {
    const interest = { signedIn: [] as Ticker[], anonymous: [] as Ticker[] };
    for (const ticker of new Set([...views.keys(), ...touches.keys()])) {
      const kind = kindOf(ticker);
      if (kind) interest[kind].push(ticker);
    }
    return interest;
  }

  function viewed(transitions: readonly Transition[]) {
    const releaseAt = clock.now() + releaseMs;
    for (const { ticker, to } of transitions) {
      const ends = endTimesOf(views, ticker);
      ends.signedIn = to === "signedIn" ? Infinity : Math.min(ends.signedIn, releaseAt);
      ends.anonymous = to === "none" ? Math.min(ends.anonymous, releaseAt) : Infinity;
    }
    sendIfNew(transitions.map(({ ticker }) => ticker));
    // If nothing is wanted any more, the bus is called at the release: until the next repeat, polls would be paid for.
    const lostViewers = transitions.some(({ to }) => to === "none");
    if (lostViewers && sentSince.size > 0 && endsBy(releaseAt)) {
      callAt(Math.max(releaseAt, calledAt + callIntervalMs));
    }
  }

  function endsBy(at: number): boolean {
    return [views, touches].every((endTimes) =>
      endTimes.values().every(({ signedIn, anonymous }) => signedIn <= at && anonymous <= at)
    );
  }

  function touch(tickers: readonly Ticker[], { signedIn }: { signedIn: boolean }) {
    const known = tickers.filter((ticker) => universe.isKnown(ticker));
    for (const ticker of known) {
      endTimesOf(touches, ticker)[signedIn ? "signedIn" : "anonymous"] = clock.now() + touchMs;
    }
    sendIfNew(known);
  }

  function sendIfNew(tickers: readonly Ticker[]) {
    if (tickers.some((ticker) => !sentSince.has(ticker) && kindOf(ticker))) {
      callAt(calledAt + callIntervalMs);
    }
  }

  /** There is one timer: an earlier call replaces a later one. */
  function callAt(at: number) {
    if (isStopped || isCalling) return;
    const dueAt = Math.max(at, clock.now());
    if (timer && timer.dueAt <= dueAt) return;
    timer?.cancel();
    timer = { dueAt, cancel: clock.after(dueAt - clock.now(), () => void call()) };
  }

  async function call() {
    timer = undefined;
    forgetEnded();
    const interest = currentInterest();
    const wanted = [...interest.signedIn, ...interest.anonymous];
    if (wanted.length === 0 && sentSince.size === 0) return;
    const newcomers = withoutFresh({
      signedIn: interest.signedIn.filter((ticker) => !sentSince.has(ticker)),
      anonymous: interest.anonymous.filter((ticker) => !sentSince.has(ticker)),
    });
    isCalling = true;
    calledAt = clock.now();
    try {
      await bus.want(instanceId, interest, newcomers ? { newcomers } : {});
      sentSince = new Map(wanted.map((ticker) => [ticker, sentSince.get(ticker) ?? calledAt]));
    } catch (error) {
      log.warn({ err: error }, "The bus did not take what is wanted here; trying again.");
    } finally {
      isCalling = false;
    }
    callAt(calledAt + repeatMs);
    sendIfNew([...views.keys(), ...touches.keys()]);
  }

  /** A ticker with a fresh price is wanted elsewhere, or was a moment ago: another fetch would be paid for. */
  function withoutFresh({ signedIn, anonymous }: Interest): Interest | undefined {
    const fresh = new Set<Ticker>();
    for (const quote of bus.latest([...signedIn, ...anonymous]).quotes) {
      if (!quote.stale) fresh.add(quote.ticker);
    }
    const newcomers = {
      signedIn: signedIn.filter((ticker) => !fresh.has(ticker)),
      anonymous: anonymous.filter((ticker) => !fresh.has(ticker)),
    };
    return newcomers.signedIn.length + newcomers.anonymous.length > 0 ? newcomers : undefined;
  }

  function forgetEnded() {
    const now = clock.now();
    for (const endTimes of [views, touches]) {
      for (const [ticker, { signedIn, anonymous }] of endTimes) {
        if (signedIn <= now && anonymous <= now) endTimes.delete(ticker);
      }
    }
  }

  return {
    viewed,
    touch,
    /** Wanted for so short a time that its first price may still be on its way. */
    isNewcomer(ticker: Ticker): boolean {
      if (!kindOf(ticker)) return false;
      const sentAt = sentSince.get(ticker);
      return sentAt === undefined || clock.now() - sentAt < newcomerMs;
    },
    stop(): void {
      isStopped = true;
      timer?.cancel();
    },
  };
}

function isAfter(now: number, until: number | undefined): boolean {
  return until !== undefined && until > now;
}

function endTimesOf(book: Map<Ticker, EndTimes>, ticker: Ticker): EndTimes {
  const present = book.get(ticker);
  if (present) return present;
  const ends = { signedIn: 0, anonymous: 0 };
  book.set(ticker, ends);
  return ends;
}
