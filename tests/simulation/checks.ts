// Owns the promises that a run must keep, checked from outside: the sockets, the channel, the upstream's log. Changes nothing.

import { z } from "zod";
import type { ServerMessage } from "../../lib/protocol.ts";
import { compareVersions, type Ticker, type Version } from "../../lib/quote.ts";
import type { Client, ClientWatch } from "./client.ts";
import type { UpstreamPlan } from "./plan.ts";
import type { Scheduler } from "./scheduler.ts";
import type { UpstreamCall, UpstreamModel } from "./upstream_model.ts";

export interface Checks extends ClientWatch {
  called(call: UpstreamCall): void;
  /** An instance published a message on the channel. */
  published(message: string, publisher: string): void;
  /** When the last tick was published and by which instance, and how long after it the next one is promised. */
  lastTick(): { readonly at: number; readonly promisedMs: number; readonly publisher: string };
  /** Fails unless every connected client has prices at least as new as this time, of all tickers that the upstream knows. */
  everyoneIsCurrent(clients: readonly Client[], since: number): void;
}

interface ChecksOptions {
  readonly scheduler: Scheduler;
  /** The limits of the upstream's calls. */
  readonly limits: UpstreamPlan["limits"];
  readonly upstream: () => UpstreamModel;
  /** Called for each broken promise. */
  readonly fail: (promise: string) => void;
}

const minuteMs = 60_000;
const tickSchema = z.object({
  tick: z.object({ epoch: z.number(), seq: z.number(), at: z.number(), nextAt: z.number() }),
  part: z.number(),
});

export function createChecks({ scheduler, limits, upstream, fail }: ChecksOptions): Checks {
  const publisherOf = new Map<number, string>();
  let newest: Version = { epoch: 0, seq: 0 };
  let last = { at: -Infinity, promisedMs: 0, publisher: "none" };
  /** The state of each client's present socket. */
  const sockets = new Map<Client, { version: Version; prices: Map<Ticker, number> }>();
  const shown = new Map<Client, Map<Ticker, number>>();
  let recent: number[] = [];
  let callsToday = 0;

  function checkFrame(client: Client, message: Version & Partial<Quotes>) {
    const socket = sockets.get(client);
    if (!socket) return;
    if (compareVersions(message, socket.version) < 0) {
      fail(`${client.name}: version ${text(message)} came after ${text(socket.version)}`);
    }
    socket.version = { epoch: message.epoch, seq: message.seq };
    for (const [ticker, price] of message.quotes ?? []) {
      const former = socket.prices.get(ticker) ?? 0;
      if (price < former) fail(`${client.name}: an older price of ${ticker} on the same socket`);
      socket.prices.set(ticker, price);
    }
  }

  function checkShown(client: Client) {
    const prices = shown.get(client) ?? new Map<Ticker, number>();
    shown.set(client, prices);
    for (const ticker of client.tickers) {
      const price = client.shownPrice(ticker) ?? 0;
      if (price < (prices.get(ticker) ?? 0)) fail(`${client.name} is shown an older ${ticker}`);
      prices.set(ticker, price);
    }
  }

  return {
    reconnected(client) {
      sockets.set(client, { version: { epoch: 0, seq: 0 }, prices: new Map() });
    },

    received(client, message: ServerMessage) {
      checkShown(client);
      if ("epoch" in message) checkFrame(client, message);
    },

    called({ at }) {
      recent = [...recent.filter((time) => time > at - minuteMs), at];
      callsToday++;
      const { callsPerMinute = Infinity, callsPerDay = Infinity } = limits;
      if (recent.length > callsPerMinute) fail(`${recent.length} calls within a minute`);
      if (callsToday > callsPerDay) fail(`${callsToday} calls within a day`);
    },

    published(message, publisher) {
      const { data } = tickSchema.safeParse(JSON.parse(message));
      if (!data) return;
      const { tick } = data;
      const first = publisherOf.get(tick.epoch) ?? publisher;
      publisherOf.set(tick.epoch, first);
      if (first !== publisher) fail(`${first} and ${publisher} both publish in ${tick.epoch}`);
      if (data.part === 1 && compareVersions(tick, newest) <= 0) {
        fail(`tick ${text(tick)} is published after ${text(newest)}`);
      }
      newest = tick;
      last = { at: scheduler.now(), promisedMs: tick.nextAt - tick.at, publisher };
    },

    lastTick: () => last,

    everyoneIsCurrent(clients, since) {
      for (const client of clients) {
        for (const ticker of client.tickers) {
          if (ticker === upstream().unknown) continue;
          const price = client.shownPrice(ticker) ?? 0;
          if (price >= upstream().priceAt(ticker, since)) continue;
          const ageMs = scheduler.now() - upstream().begunAt(ticker, price);
          fail(`${client.name} holds no present price of ${ticker}: it is of ${ageMs} ms ago`);
        }
      }
    },
  };
}

interface Quotes {
  readonly quotes: readonly (readonly [Ticker, number, ...unknown[]])[];
}

function text({ epoch, seq }: Version): string {
  return `${epoch}-${seq}`;
}
