// Owns the tickers that this instance wants polled: sockets view them, HTTP requests touch them. Sends them to the bus; holds no prices.

import type { Bus, Interest } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Ticker } from "../quote.ts";
import type { Asker, Transition, Universe } from "./interest.ts";
import { createNewcomerCredit } from "./newcomer_credit.ts";
import type { Ranks } from "./ranks.ts";

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
  /** The ranks are sent with the tickers. */
  readonly ranks: Pick<Ranks, "refresh" | "rankOf">;
  /** Called every 10 s at most, while anything is wanted. */
  readonly onRepeat?: () => void;
}

export type Book = ReturnType<typeof createBook>;

export function createBook(options: BookOptions) {
  const { bus, clock, log, universe, instanceId, ranks, onRepeat } = options;
  const views = new Map<Ticker, EndTimes>();
  const touches = new Map<Ticker, EndTimes>();
  const credit = createNewcomerCredit({ clock });
  /** The tickers that the next call names as newcomers: an asker was charged for each. */
  const charged = new Set<Ticker>();
  /** The tickers of the last call to the bus, and when each was sent as a newcomer; -Infinity: never. */
  let sentSince = new Map<Ticker, number>();
  let calledAt = -Infinity;
  let repeatedAt = -Infinity;
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

  function viewed(transitions: readonly Transition[], asker: Asker) {
    const releaseAt = clock.now() + releaseMs;
    for (const { ticker, to } of transitions) {
      const ends = endTimesOf(views, ticker);
      ends.signedIn = to === "signedIn" ? Infinity : Math.min(ends.signedIn, releaseAt);
      ends.anonymous = to === "none" ? Math.min(ends.anonymous, releaseAt) : Infinity;
    }
    sendIfNew(transitions.map(({ ticker }) => ticker), asker);
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

  function touch(tickers: Iterable<Ticker>, asker: Asker) {
    const known = [...tickers].filter((ticker) => universe.isKnown(ticker));
    for (const ticker of known) {
      endTimesOf(touches, ticker)[asker.signedIn ? "signedIn" : "anonymous"] = clock.now() +
        touchMs;
    }
    sendIfNew(known, asker);
  }

  /** Newcomers are charged to the asker. A ticker for which nobody has credit is sent too, and is read at the next mark. */
  function sendIfNew(tickers: Iterable<Ticker>, asker?: Asker) {
    const unsent = [...tickers].filter((ticker) => !sentSince.has(ticker) && kindOf(ticker));
    if (unsent.length === 0) return;
    if (asker) charge(unsent, asker);
    callAt(calledAt + callIntervalMs);
  }

  function charge(tickers: readonly Ticker[], asker: Asker) {
    for (const ticker of withoutFresh(tickers)) {
      if (charged.has(ticker)) continue;
      if (!credit.take(asker)) return;
      charged.add(ticker);
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
    if (clock.now() - repeatedAt >= repeatMs) {
      repeatedAt = clock.now();
      onRepeat?.();
    }
    const interest = currentInterest();
    const wanted = [...interest.signedIn, ...interest.anonymous];
    if (wanted.length === 0 && sentSince.size === 0) return;
    const newcomers = newcomersOf(interest);
    isCalling = true;
    calledAt = clock.now();
    try {
      await bus.want(instanceId, ranked(interest), newcomers ? { newcomers } : {});
      sentSince = new Map(wanted.map((ticker) => [ticker, sentAt(ticker)]));
      for (const ticker of wanted) charged.delete(ticker);
    } catch (error) {
      log.warn({ err: error }, "The bus did not take what is wanted here; trying again.");
    } finally {
      isCalling = false;
    }
    callAt(calledAt + repeatMs);
    sendIfNew([...views.keys(), ...touches.keys()]);
  }

  function ranked({ signedIn, anonymous }: Interest): Interest {
    ranks.refresh();
    const ranksOf = (tickers: readonly Ticker[]) =>
      tickers.map((ticker) => [ticker, ranks.rankOf(ticker)] as const);
    return { signedIn, anonymous, ranks: new Map([...ranksOf(signedIn), ...ranksOf(anonymous)]) };
  }

  function sentAt(ticker: Ticker): number {
    return sentSince.get(ticker) ?? (charged.has(ticker) ? calledAt : -Infinity);
  }

  function newcomersOf({ signedIn, anonymous }: Interest): Interest | undefined {
    const isNew = (ticker: Ticker) => charged.has(ticker) && !sentSince.has(ticker);
    const newcomers = {
      signedIn: withoutFresh(signedIn.filter(isNew)),
      anonymous: withoutFresh(anonymous.filter(isNew)),
    };
    return newcomers.signedIn.length + newcomers.anonymous.length > 0 ? newcomers : undefined;
  }

  /** A ticker with a fresh price is wanted elsewhere, or was a moment ago: another fetch would be paid for. */
  function withoutFresh(tickers: readonly Ticker[]): Ticker[] {
    const fresh = new Set<Ticker>();
    for (const quote of bus.latest(tickers).quotes) if (!quote.stale) fresh.add(quote.ticker);
    return tickers.filter((ticker) => !fresh.has(ticker));
  }

  function forgetEnded() {
    const now = clock.now();
    for (const endTimes of [views, touches]) {
      for (const [ticker, { signedIn, anonymous }] of endTimes) {
        if (signedIn <= now && anonymous <= now) endTimes.delete(ticker);
      }
    }
    for (const ticker of charged) {
      if (!views.has(ticker) && !touches.has(ticker)) charged.delete(ticker);
    }
  }

  return {
    viewed,
    touch,
    /** Wanted for so short a time that its first price may still be on its way. Not if nobody was charged: its mark may be far. */
    isNewcomer(ticker: Ticker): boolean {
      if (!kindOf(ticker)) return false;
      return charged.has(ticker) || clock.now() - sentAt(ticker) < newcomerMs;
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
