// Owns viewers who try to make the service pay, or to slow others down: how they are drawn, and how they behave. Judges nothing.

import fc from "fast-check";
import { parseServerMessage } from "../../islands/live/parse_message.ts";
import type { Ticker } from "../../lib/quote.ts";
import type { Instance } from "./instance.ts";
import type { HostilePlan, Plan } from "./plan.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import { SimSocket } from "./sim_socket.ts";

/** The tickers of the honest user: the first ones of the upstream. */
export const honestTickers = 10;
const switchMs = 1_000;
const reconnectMs = 1_000;

/** A service whose budget would pay a small part of what the accounts want. */
const manyAccounts = fc.record({
  kind: fc.constant("accounts" as const),
  count: fc.oneof(fc.constant(50), fc.integer({ min: 1, max: 50 })),
  tickersEach: fc.oneof(fc.constant(200), fc.integer({ min: 60, max: 200 })),
  sharesList: fc.boolean(),
});
/** Visitors of one address who name another ticker each second. */
const switching = fc.record({
  kind: fc.constant("switching" as const),
  count: fc.integer({ min: 1, max: 3 }),
  tickersEach: fc.integer({ min: 25, max: 30 }),
  sharesList: fc.constant(false),
});

export const anyHostilePlan: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(),
  startSecond: fc.nat({ max: 59 }),
  skewsMs: fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 3 }),
  hasTimes: fc.boolean(),
  hostile: fc.oneof(manyAccounts, switching),
}).map(({ hasTimes, hostile, ...rest }) => ({
  ...rest,
  hostile,
  upstream: {
    tickers: honestTickers + (hostile.sharesList ? 1 : hostile.count) * hostile.tickersEach,
    batchSize: hostile.kind === "accounts" ? 50 : 200,
    hasTimes,
    isLastUnknown: false,
    limits: hostile.kind === "accounts" ? { callsPerMinute: 24 } : {},
  },
  clients: [{ fromMs: 0, instance: 0, tickers: range(0, honestTickers), signedIn: true }],
  faults: [],
}));

/** Everybody connects within a few seconds, each to one of the instances, and again after a close. */
export function startHostile(
  { plan, fromMs, ...world }: {
    plan: HostilePlan;
    fromMs: number;
    scheduler: Scheduler;
    random: Random;
    instances: readonly Instance[];
    tickers: readonly Ticker[];
  },
): void {
  const { kind, count, tickersEach, sharesList } = plan;
  for (const index of range(0, count)) {
    const first = honestTickers + (sharesList ? 0 : index * tickersEach);
    startAccount({
      ...world,
      fromMs: fromMs + world.random.between(0, 5_000),
      instance: world.instances[index % world.instances.length]!,
      user: kind === "accounts" ? `account ${index}` : undefined,
      tickers: world.tickers.slice(first, first + tickersEach),
    });
  }
}

function startAccount({ scheduler, random, instance, user, tickers, fromMs }: {
  scheduler: Scheduler;
  random: Random;
  instance: Instance;
  /** Undefined: a visitor, who switches between the tickers. */
  user: string | undefined;
  tickers: readonly Ticker[];
  fromMs: number;
}) {
  let present: SimSocket | undefined;
  let place = 0;
  const later = (ms: number, run: () => void) => scheduler.at(scheduler.now() + ms, run);

  function connect() {
    present = instance.connect({
      signedIn: user,
      makeSocket(machine) {
        const made: SimSocket = new SimSocket({
          ...{ scheduler, machine, random },
          client: {
            onMessage: (text) => parseServerMessage(text)?.type === "hello" && greeted(made),
            onClose: () => later(reconnectMs, connect),
          },
        });
        return made;
      },
    });
    if (!present) later(reconnectMs, connect);
  }

  function greeted(socket: SimSocket) {
    if (user === undefined) return switchOn(socket);
    socket.say({ type: "subscribe", tickers });
  }

  function switchOn(socket: SimSocket) {
    if (socket !== present) return;
    socket.say({ type: "unsubscribe", tickers: [tickers[place % tickers.length]] });
    place++;
    socket.say({ type: "subscribe", tickers: [tickers[place % tickers.length]] });
    later(switchMs, () => switchOn(socket));
  }

  later(fromMs, connect);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
