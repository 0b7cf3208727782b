// Owns one simulated viewer: connects, subscribes, reads messages by the protocol, reconnects to another instance. Judges nothing.

import { createQuoteStore, type QuoteStore } from "../../islands/state/quote_store.ts";
import { parseServerMessage } from "../../islands/live/parse_message.ts";
import type { ServerMessage } from "../../lib/protocol.ts";
import { parsePrice, type Ticker } from "../../lib/quote.ts";
import type { Instance } from "./instance.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import { SimSocket } from "./sim_socket.ts";

export interface ClientPlan {
  readonly fromMs: number;
  readonly instance: number;
  readonly tickers: readonly number[];
  readonly signedIn: boolean;
}

/** Events for the checks. */
export interface ClientWatch {
  /** The client received a message and shows its prices. Called in the order of arrival. */
  received(client: Client, message: ServerMessage): void;
  reconnected(client: Client): void;
}

export interface Client {
  readonly name: string;
  readonly tickers: readonly Ticker[];
  readonly signedIn: boolean;
  /** True if the client's socket received a hello. */
  readonly isConnected: boolean;
  readonly hasLeft: boolean;
  /** Undefined if the client has no price for the ticker yet. */
  shownPrice(ticker: Ticker): number | undefined;
  /** Closes the socket and connects to the next instance. */
  moveOn(): void;
  stall(): void;
  readOn(): void;
  /** Closes the socket and does not connect again. */
  leave(): void;
}

interface ClientOptions {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly plan: ClientPlan;
  readonly tickers: readonly Ticker[];
  readonly instances: readonly Instance[];
  readonly watch: ClientWatch;
}

/** The times of the page's own client: if a hello or a tick is this late, the socket is dead. */
const helloTimeoutMs = 15_000;
const overdueMs = 8_000;
const retryMsMax = 1_500;

export function createClient(options: ClientOptions): Client {
  const { name, scheduler, random, plan, tickers, instances, watch } = options;
  const store: QuoteStore = createQuoteStore({ epoch: 0, seq: 0, at: 0, quotes: [] });
  let place = plan.instance;
  let socket: SimSocket | undefined;
  let isGreeted = false;
  let isStalled = false;
  let hasLeft = false;
  let cancelSilence = () => {};

  function connect() {
    if (hasLeft || socket) return;
    const instance = instances[place % instances.length];
    const opened = instance?.connect({
      signedIn: plan.signedIn ? name : undefined,
      makeSocket: (machine) => {
        const made: SimSocket = new SimSocket({
          scheduler,
          machine,
          random,
          client: {
            onMessage: (text) => socket === made && receive(text),
            onClose: () => socket === made && lost(),
          },
        });
        return made;
      },
    });
    if (!opened) return retry();
    socket = opened;
    isGreeted = false;
    if (isStalled) opened.stall();
    watch.reconnected(client);
    expectWithin(helloTimeoutMs);
  }

  function receive(text: string) {
    const message = parseServerMessage(text);
    if (!message) throw new Error(`Not a message of the protocol: ${text}`);
    if (message.type === "hello") {
      isGreeted = true;
      socket?.say({ type: "subscribe", tickers });
      expectWithin(2 * message.tickMs + overdueMs);
    } else if (message.type === "tick") {
      store.apply(message);
      expectWithin(Math.max(message.nextAt - message.at, 0) + overdueMs);
    } else if (message.type === "snapshot") {
      store.apply(message);
    }
    watch.received(client, message);
  }

  function expectWithin(ms: number) {
    cancelSilence();
    cancelSilence = scheduler.at(scheduler.now() + ms, () => isStalled || moveOn());
  }

  function retry() {
    place++;
    scheduler.at(scheduler.now() + random.between(0, retryMsMax), connect);
  }

  function lost() {
    socket = undefined;
    isGreeted = false;
    cancelSilence();
    retry();
  }

  function moveOn() {
    const former = socket;
    if (!former) return;
    lost();
    former.vanish();
  }

  const client: Client = {
    name,
    tickers,
    signedIn: plan.signedIn,
    get isConnected() {
      return isGreeted;
    },
    get hasLeft() {
      return hasLeft;
    },
    shownPrice(ticker) {
      const text = store.cell(ticker).price.peek().replaceAll(",", "");
      return parsePrice(text);
    },
    moveOn,
    stall() {
      isStalled = true;
      socket?.stall();
    },
    readOn() {
      isStalled = false;
      socket?.readOn();
      expectWithin(helloTimeoutMs);
    },
    leave() {
      hasLeft = true;
      cancelSilence();
      const former = socket;
      socket = undefined;
      isGreeted = false;
      former?.vanish();
    },
  };
  scheduler.at(scheduler.now() + plan.fromMs, connect);
  return client;
}
