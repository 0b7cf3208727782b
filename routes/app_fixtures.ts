// Owns the whole app in one process over real parts (KV in memory, in-process bus), for tests of routes. No product code imports it.

import { type AuthOptions, createAuth } from "../lib/auth/create_auth.ts";
import { sampleTick } from "../lib/bus/bus_fixtures.ts";
import { createMemoryBus } from "../lib/bus/memory_bus.ts";
import { createClock } from "../lib/clock.ts";
import type { Deps } from "../lib/deps.ts";
import { createHub } from "../lib/hub/hub.ts";
import { createInterest } from "../lib/interest/create_interest.ts";
import { createListChanges } from "../lib/lists/list_changes.ts";
import { createLog } from "../lib/log.ts";
import { createDaySeries } from "../lib/market/day_series.ts";
import { createMetrics } from "../lib/metrics.ts";
import { isStale, type Quote, type Ticker } from "../lib/quote.ts";
import { createSecurities } from "../lib/securities/create_securities.ts";
import { openKvStore } from "../lib/store/kv_store.ts";
import { createApp } from "./app.ts";

export interface TestRequest {
  readonly method?: string;
  readonly json?: unknown;
  readonly form?: Record<string, string>;
  readonly body?: string;
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- tests look into answers freely; assertions hold their shape
  readonly json: any;
}

export type TestApp = Awaited<ReturnType<typeof createTestApp>>;

/** Passwords are checked by comparing them: hashing has tests of its own. */
const plainPasswords: NonNullable<AuthOptions["passwords"]> = {
  hash: (password) => Promise.resolve({ kind: "ok", hash: password }),
  verify: (hash, password) => Promise.resolve({ kind: hash === password ? "ok" : "mismatch" }),
  isFull: () => false,
  close() {},
};

export const password = "correct horse";

export async function createTestApp(
  { config = {}, auth: authOptions = {}, ...overrides }:
    & Partial<Omit<Deps, "config" | "auth">>
    & { config?: Partial<Deps["config"]>; auth?: Partial<AuthOptions> } = {},
) {
  const clock = createClock();
  const log = createLog("silent");
  const metrics = createMetrics();
  const store = await openKvStore({ path: ":memory:", clock });
  const bus = createMemoryBus({ clock, log, metrics, isStale, cadenceMs: 5_000 });
  const securities = createSecurities();
  const auth = await createAuth({
    store,
    announceRevoked: (session) => bus.announce({ kind: "session_revoked", ...session }),
    clock,
    log,
    metrics,
    jwtKeys: undefined,
    registrationsPerHour: 1_000,
    passwords: plainPasswords,
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
    universe,
    interest,
    verifySocketToken: auth.verifySocket,
    loadLists: store.lists,
    limits: { socketsPerIp: 10, socketsPerUser: 2 },
  });
  const daySeries = createDaySeries({ clock });
  bus.subscribe(({ changed }) => daySeries.take(changed.map(({ quote }) => quote)));
  const deps: Deps = {
    config: {
      allowedOrigins: [],
      trustedProxies: 0,
      production: false,
      tls: undefined,
      role: "all",
      pollIntervalMs: 5_000,
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
    lists: createListChanges({ store, bus, interest, log }),
    daySeries,
    assets: { path: (name) => `/assets/${name}`, modules: () => [], file: () => undefined },
    source: { name: "sample", notice: "Prices of a test." },
    isPrepared: () => true,
    ...overrides,
  };
  const app = createApp(deps);
  let names = 0;
  let seq = 0;

  async function request(path: string, request: TestRequest = {}): Promise<TestAnswer> {
    const { json, form, token } = request;
    const body = json === undefined
      ? form ? new URLSearchParams(form).toString() : request.body
      : JSON.stringify(json);
    const type = json === undefined
      ? form && "application/x-www-form-urlencoded"
      : "application/json";
    const response = await app.request(path, {
      method: request.method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...(type ? { "content-type": type } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(form ? { accept: "text/html", "sec-fetch-site": "same-origin" } : {}),
        ...request.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    const { status, headers } = response;
    return { status, headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  return {
    app,
    deps,
    request,
    /** A new account, signed in: by its token for the API, by its cookie for the pages. */
    async signUp({ tickers = [] }: { tickers?: readonly string[] } = {}) {
      const username = `user_${names++}`;
      const made = await request("/register", { form: { username, password } });
      const cookie = made.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
      const signedIn = await request("/api/auth/login", { json: { username, password } });
      const { accessToken: token, refreshToken, user } = signedIn.json;
      for (const ticker of tickers) {
        await request("/api/watchlist", { json: { ticker }, token });
      }
      return { username, token, refreshToken, cookie, userId: user.id };
    },
    /** What the leader does: one tick with these quotes. */
    async publish(quotes: readonly Quote[]) {
      const lease = await bus.lease.take("leader", { ttlMs: 60_000, seenEpoch: 0 });
      if (!lease) throw new Error("The lease was not free");
      seq++;
      await bus.publish(sampleTick({ epoch: lease.epoch, seq, at: clock.now(), quotes }), lease);
    },
    async [Symbol.asyncDispose]() {
      await deps.hub.drain(0);
      interest.close();
      auth.close();
      await store.close();
    },
  };
}

/** A refusal as every client sees it. */
export function problemOf({ status, json }: TestAnswer): [status: number, code: string] {
  return [status, json?.code];
}
