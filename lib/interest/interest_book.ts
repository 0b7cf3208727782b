// Owns what this instance wants polled: what sockets view and HTTP requests touch, told to the bus. Holds no prices.

import type { Bus, Interest } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Ticker } from "../quote.ts";
import type { Universe } from "../hub/hub_ports.ts";
import type { Transition } from "../hub/registry.ts";

/** Released late, so that a page reload costs nothing. */
export const releaseMs = 1_000;
export const touchMs = 60_000;
/** The bus forgets after 30 s: two of these may fail. */
export const repeatMs = 10_000;
/** At most one call in this time. */
export const callIntervalMs = 1_000;
/** For this long a ticker that has become wanted is one whose first price may be waited for. */
const newcomerMs = 5_000;

/** Until when, Unix ms, each kind of viewer counts. */
interface Until {
  signedIn: number;
  anonymous: number;
}

interface InterestOptions {
  readonly bus: Pick<Bus, "want" | "latest">;
  readonly clock: Clock;
  readonly log: Log;
  readonly universe: Universe;
  readonly instanceId: string;
}

export type InterestBook = ReturnType<typeof createInterest>;

export function createInterest({ bus, clock, log, universe, instanceId }: InterestOptions) {
  const views = new Map<Ticker, Until>();
  const touches = new Map<Ticker, Until>();
  /** What the bus was told last, and since when each ticker is among it. */
  let told = new Map<Ticker, number>();
  let calledAt = -Infinity;
  let isCalling = false;
  let isStopped = false;
  let timer: { dueAt: number; cancel: () => void } | undefined;

  /** Anonymous interest counts only where a signed-in viewer's or the crowd's does. */
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

  function present(): Interest {
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
      const until = untilOf(views, ticker);
      until.signedIn = to === "signedIn" ? Infinity : Math.min(until.signedIn, releaseAt);
      until.anonymous = to === "none" ? Math.min(until.anonymous, releaseAt) : Infinity;
    }
    tellIfNew(transitions.map(({ ticker }) => ticker));
    // Nobody is left: telling so now spares the calls that the next repeat would come too late for.
    const hasLeft = transitions.some(({ to }) => to === "none");
    if (hasLeft && told.size > 0 && endsBy(releaseAt)) {
      callAt(Math.max(releaseAt, calledAt + callIntervalMs));
    }
  }

  function endsBy(at: number): boolean {
    return [views, touches].every((book) =>
      book.values().every(({ signedIn, anonymous }) => signedIn <= at && anonymous <= at)
    );
  }

  function touch(tickers: readonly Ticker[], { signedIn }: { signedIn: boolean }) {
    const known = tickers.filter((ticker) => universe.isKnown(ticker));
    for (const ticker of known) {
      untilOf(touches, ticker)[signedIn ? "signedIn" : "anonymous"] = clock.now() + touchMs;
    }
    tellIfNew(known);
  }

  function tellIfNew(tickers: readonly Ticker[]) {
    if (tickers.some((ticker) => !told.has(ticker) && kindOf(ticker))) {
      callAt(calledAt + callIntervalMs);
    }
  }

  /** One timer: an earlier call takes the place of a later one. */
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
    const interest = present();
    const wanted = [...interest.signedIn, ...interest.anonymous];
    if (wanted.length === 0 && told.size === 0) return;
    const newcomers = withoutFresh({
      signedIn: interest.signedIn.filter((ticker) => !told.has(ticker)),
      anonymous: interest.anonymous.filter((ticker) => !told.has(ticker)),
    });
    isCalling = true;
    calledAt = clock.now();
    try {
      await bus.want(instanceId, interest, newcomers ? { newcomers } : {});
      told = new Map(wanted.map((ticker) => [ticker, told.get(ticker) ?? calledAt]));
    } catch (error) {
      log.warn({ err: error }, "The bus did not take what is wanted here; trying again.");
    } finally {
      isCalling = false;
    }
    callAt(calledAt + repeatMs);
    tellIfNew([...views.keys(), ...touches.keys()]);
  }

  /** Wanted elsewhere already, or a moment ago: its price is there, and fetching it again would be paid for. */
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
    for (const book of [views, touches]) {
      for (const [ticker, { signedIn, anonymous }] of book) {
        if (signedIn <= now && anonymous <= now) book.delete(ticker);
      }
    }
  }

  return {
    viewed,
    touch,
    /** Wanted, and so lately that its first price is still on its way. */
    isNewcomer(ticker: Ticker): boolean {
      if (!kindOf(ticker)) return false;
      const toldAt = told.get(ticker);
      return toldAt === undefined || clock.now() - toldAt < newcomerMs;
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

function untilOf(book: Map<Ticker, Until>, ticker: Ticker): Until {
  const present = book.get(ticker);
  if (present) return present;
  const until = { signedIn: 0, anonymous: 0 };
  book.set(ticker, until);
  return until;
}
