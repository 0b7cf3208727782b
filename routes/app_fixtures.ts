// Owns the whole app in one process over real parts (KV in memory, in-process bus), for tests of routes. No product code imports it.

import { createPlainPasswords } from "../lib/auth/auth_fixtures.ts";
import { type AuthOptions, createAuth } from "../lib/auth/create_auth.ts";
import { sampleQuote, sampleTick, ticker } from "../lib/bus/bus_fixtures.ts";
import { createMemoryBus } from "../lib/bus/memory_bus.ts";
import { createClock } from "../lib/clock.ts";
import type { Deps } from "../lib/deps.ts";
import { Problem } from "../lib/errors.ts";
import { createHub } from "../lib/hub/hub.ts";
import { createInterest } from "../lib/interest/create_interest.ts";
import { createListChanges } from "../lib/lists/list_changes.ts";
import { createLog } from "../lib/log.ts";
import { createDaySeries } from "../lib/market/day_series.ts";
import { createMetrics } from "../lib/metrics.ts";
import { isStale, type Quote, type Ticker } from "../lib/quote.ts";
import { createSecurities } from "../lib/securities/create_securities.ts";
import { knownTicker } from "../lib/securities/find_security.ts";
import { openKvStore } from "../lib/store/kv_store.ts";
import type { Store } from "../lib/store/store.ts";
import { createApp } from "./app.ts";
import { createClient, type TestAnswer } from "./client_fixtures.ts";

export type TestApp = Awaited<ReturnType<typeof createTestApp>>;

export const password = "correct horse";

/** Made once, since its index takes longer than all else. No route changes it. */
const securities = createSecurities();

/** Passwords are compared as they are: hashing has tests of its own. */
export async function createTestApp(
  { config = {}, auth: authOptions = {}, ...overrides }:
    & Partial<Omit<Deps, "config" | "auth">>
    & { config?: Partial<Deps["config"]>; auth?: Partial<AuthOptions> } = {},
) {
  const clock = createClock();
  const log = createLog("silent");
  const metrics = createMetrics();
  const { store, outage } = interruptible(await openKvStore({ path: ":memory:", clock }));
  const { passwords, state: passwordQueue } = createPlainPasswords();
  const bus = createMemoryBus({ clock, log, metrics, isStale, cadenceMs: 5_000 });
  const auth = await createAuth({
    store,
    announceRevoked: (session) => bus.announce({ kind: "session_revoked", ...session }),
    clock,
    log,
    metrics,
    jwtKeys: undefined,
    registrationsPerHour: 1_000,
    passwords,
    ...authOptions,
  });
  const universe = {
    isKnown: (ticker: Ticker) => securities.find(ticker) !== undefined,
    isMuchWatched: securities.isMuchWatched,
  };
  const interest = createInterest({ bus, clock, log, universe, instanceId: "test" });
  const hub = createHub({
    bus,
    clock,
    log,
    metrics,
    readTicker: (text) => knownTicker(securities, text),
    interest,
    verifySocketToken: auth.verifySocket,
    loadLists: store.lists,
    limits: { socketsPerIp: 10, socketsPerUser: 2 },
  });
  const daySeries = createDaySeries({ clock });
  bus.subscribe(({ tick, changed }) =>
    daySeries.take({
      quotes: changed.map(({ quote }) => quote),
      unchanged: tick.unchanged,
      at: tick.at,
      cadenceMs: tick.tickMs,
    })
  );
  const deps: Deps = {
    config: {
      allowedOrigins: [],
      host: "127.0.0.1",
      trustedProxies: 0,
      production: false,
      tls: undefined,
      role: "all",
      pollIntervalMs: 5_000,
      devBuild: undefined,
      metricsToken: undefined,
      registration: "open",
      ...config,
    },
    clock,
    log,
    metrics,
    store,
    bus,
    auth,
    securities,
    hub,
    interest,
    lists: createListChanges({ store, bus, interest, clock, log }),
    daySeries,
    assets: { path: (name) => `/assets/${name}`, modules: () => [], file: () => undefined },
    source: { name: "sample", notice: "Prices of a test." },
    isPrepared: () => true,
    isShortOfMemory: () => false,
    ...overrides,
  };
  const app = createApp(deps);
  const request = createClient(app);
  let users = 0;
  let seq = 0;

  return {
    app,
    deps,
    request,
    /** A new account with one session: its token for the API, the same as a cookie for the pages. */
    async signUp({ tickers = [] }: { tickers?: readonly string[] } = {}) {
      const username = `user_${users++}`;
      const { json } = await request("/api/auth/register", { json: { username, password } });
      const { accessToken: token, refreshToken } = json;
      for (const ticker of tickers) {
        await request("/api/watchlist", { json: { ticker }, token });
      }
      const cookie = `qb_access=${token}; qb_refresh=${refreshToken}`;
      return { username, token, refreshToken, cookie, userId: String(json.user.id) };
    },
    /** Publishes one tick, as the leader does. A name alone stands for a fresh sample quote. */
    async publish(...quotes: readonly (Quote | string)[]) {
      const lease = await bus.lease.take("leader", { ttlMs: 60_000, seenEpoch: 0 });
      if (!lease) throw new Error("The lease was not free");
      const at = clock.now();
      const members = {
        epoch: lease.epoch,
        seq: ++seq,
        at,
        quotes: quotes.map((quote) =>
          typeof quote === "string" ? sampleQuote(quote, { at }) : quote
        ),
      };
      await bus.publish(sampleTick(members), lease);
    },
    /** What is asked meanwhile finds the store out of reach. */
    async withoutStore<T>(ask: () => Promise<T>): Promise<T> {
      outage.isOn = true;
      return await ask().finally(() => outage.isOn = false);
    },
    /** What is asked meanwhile finds no room in the queue of password checks. */
    async withFullPasswordQueue<T>(ask: () => Promise<T>): Promise<T> {
      passwordQueue.busy = true;
      return await ask().finally(() => passwordQueue.busy = false);
    },
    /** Asks once the user, whose first list has KO, may change no list. Time allows one more change after a while, so it may take several rounds. */
    async pastListChanges(userId: string, ask: () => Promise<TestAnswer>): Promise<TestAnswer> {
      for (let rounds = 0; rounds < 100; rounds++) {
        let isPast = false;
        while (!isPast) {
          isPast = await deps.lists.add(presentTicker(userId)).then(() => false, isLimit);
        }
        const answer = await ask();
        if (answer.status === 429) return answer;
      }
      throw new Error("The limit of list changes was never met");
    },
    async [Symbol.asyncDispose]() {
      await hub.drain(0);
      interest.close();
      await deps.lists.close();
      auth.close();
      await store.close();
    },
  };
}

/** Counts as a change, and changes nothing. */
function presentTicker(userId: string) {
  return { userId, listId: "first", ticker: ticker("KO") } as const;
}

function isLimit(error: unknown): boolean {
  return error instanceof Problem && error.code === "rate_limited";
}

/** During the outage each call is refused as by a database that does not answer. */
function interruptible(store: Store) {
  const outage = { isOn: false };
  const handler: ProxyHandler<Store> = {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      return outage.isOn && typeof member === "function"
        ? () => Promise.reject(new Problem("unavailable"))
        : member;
    },
  };
  return { store: new Proxy(store, handler), outage };
}
