// Composition root: config -> stores -> sources -> hub -> app -> cron -> serve -> shutdown. The only file that acts when imported.

import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { type AuthService, createAuth } from "./lib/auth/create_auth.ts";
import { demoPassword, demoUsernames, ensureDemoUsers } from "./lib/auth/demo_users.ts";
import { probeArgon2 } from "./lib/auth/passwords/argon2.ts";
import type { Bus } from "./lib/bus/bus.ts";
import { createMemoryBus } from "./lib/bus/memory_bus.ts";
import { createRedisBus } from "./lib/bus/redis_bus.ts";
import { type Clock, createClock } from "./lib/clock.ts";
import { type Config, loadConfig } from "./lib/config.ts";
import type { Deps } from "./lib/deps.ts";
import { Problem, StartupError } from "./lib/errors.ts";
import { createHub } from "./lib/hub/hub.ts";
import { createInterest } from "./lib/interest/create_interest.ts";
import { createListChanges } from "./lib/lists/list_changes.ts";
import { createLog, type Log } from "./lib/log.ts";
import { createDaySeries } from "./lib/market/day_series.ts";
import { createMetrics } from "./lib/metrics.ts";
import { watchBus } from "./lib/process/bus_watch.ts";
import { createClosing } from "./lib/process/closing.ts";
import { endProcess } from "./lib/process/goodbye.ts";
import { greeting } from "./lib/process/greeting.ts";
import { listen } from "./lib/process/listen.ts";
import { createMemoryGuard, noMemoryGuard } from "./lib/process/memory_guard.ts";
import { memoryLimit } from "./lib/process/memory_limit.ts";
import { surviveSocketFaults } from "./lib/process/platform_faults.ts";
import { onStopSignal, proxyNoticeMs } from "./lib/process/stop_signal.ts";
import { isStale, type Ticker } from "./lib/quote.ts";
import { loadAssets } from "./lib/render/assets.ts";
import { createSecurities } from "./lib/securities/create_securities.ts";
import { knownTicker } from "./lib/securities/find_security.ts";
import { marketOf } from "./lib/securities/known/market_of.ts";
import { sources } from "./lib/sources/sources.ts";
import { openKvStore } from "./lib/store/kv_store.ts";
import { openPostgresStore } from "./lib/store/postgres_store.ts";
import type { SettingStore, Store } from "./lib/store/store.ts";
import { createApp } from "./routes/app.ts";
import { listedBy } from "./workers/merge_catalog.ts";
import { createPoller } from "./workers/poll_quotes.ts";
import { createSecuritiesRefresh } from "./workers/refresh_securities.ts";
import { createCourseSaves } from "./workers/save_courses.ts";
import { createUpstreams } from "./workers/upstream/create_upstreams.ts";

/** After the sockets are drained, the rest closes within this time. */
const shutdownGraceMs = 800;

const service = await orExit(compose());

if (service.polls) {
  // Cron does not retry a failed window: a retry would be a paid call, and the next minute opens another.
  Deno.cron("poll quotes", "* * * * *", { backoffSchedule: [] }, service.openPollWindow);
}

await orExit(service.serve());

async function compose() {
  const config = loadConfig({ sources });
  await probeArgon2();
  const clock = createClock();
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  const instanceId = uuidv7();
  const closing = createClosing();
  surviveSocketFaults(log);
  const basics = { clock, log, metrics };

  const store = closing.add(await openStore(config, basics));
  const bus = closing.add(await openBus(config, { ...basics, store }));
  const securities = createSecurities();
  const upstreams = createUpstreams(
    config.sources.map((create) => create({ clock, log, tickers: securities.tickers() })),
    {
      ...basics,
      ...config,
      marketOf: (ticker) => securities.find(ticker)?.market ?? marketOf({ ticker }),
    },
  );
  const auth = closing.add(
    await createAuth({
      ...basics,
      store,
      announceRevoked: (session) => bus.announce({ kind: "session_revoked", ...session }),
      jwtKeys: config.jwtKeys,
      registrationsPerHour: config.registrationsPerHour,
      registration: config.registration,
    }),
  );
  const universe = {
    isKnown: (ticker: Ticker) => securities.find(ticker) !== undefined,
    isMuchWatched: securities.isMuchWatched,
  };
  const interest = createInterest({ ...basics, bus, universe, instanceId });
  const hub = createHub({
    ...basics,
    bus,
    readTicker: (text) => knownTicker(securities, text),
    interest,
    verifySocketToken: auth.verifySocket,
    loadLists: store.lists,
    limits: config,
  });
  closing.addWork((withinMs) =>
    hub.drain(Math.min(config.drainMs, withinMs), config.drainMs).finally(interest.close)
  );
  const daySeries = createDaySeries({ clock });
  bus.subscribe(({ tick, changed }) =>
    daySeries.take({
      quotes: changed.map(({ quote }) => quote),
      unchanged: tick.unchanged,
      at: tick.at,
      cadenceMs: tick.tickMs,
    })
  );
  daySeries.restore(await store.courses());
  const poller = createPoller({
    ...basics,
    upstreams,
    bus,
    instanceId,
    pollIntervalMs: config.pollIntervalMs,
    courseSaves: createCourseSaves({ ...basics, daySeries, store }),
    securitiesRefresh: createSecuritiesRefresh({
      ...basics,
      upstream: upstreams.primary,
      store,
      bus,
      isKnown: universe.isKnown,
    }),
  });
  closing.addWork(poller.stop);

  /** Only a source with a list of its own says what can be priced; the list of another source does not count. */
  async function mergeCatalog() {
    const { primary } = upstreams;
    if (!primary.listSecurities) return;
    const catalog = await store.catalog();
    // Any instance may lead next: each knows the provider's spellings.
    primary.learn(listedBy(catalog, primary.name));
    await securities.merge(catalog);
  }
  await mergeCatalog();
  followAnnouncements({ bus, auth, mergeCatalog, log });
  closing.add(watchBus({ clock, log, ping: bus.ping, reload: auth.reload }));

  let prepared = false;
  const maxBytes = memoryLimit(config);
  const memoryGuard = maxBytes === undefined ? noMemoryGuard : createMemoryGuard({
    ...basics,
    maxBytes,
    onShort: hub.closeAnonymous,
    onFull() {
      prepared = false;
      endProcess(closing.endWork, { clock, maxBytes });
    },
  });
  const deps: Deps = {
    ...basics,
    config,
    store,
    bus,
    auth,
    securities,
    hub,
    interest,
    lists: closing.add(createListChanges({ ...basics, store, bus, interest })),
    daySeries,
    assets: await loadBuilt(),
    source: upstreams,
    isPrepared: () => prepared,
    isShortOfMemory: memoryGuard.isShort,
  };

  const { polls } = config;
  if (!polls && config.role !== "web") {
    log.warn("This timeline is not production: it does not poll, and its prices do not change");
  }

  async function serve() {
    const app = createApp(deps);
    const server = listen(config, (request, info) => app.fetch(request, info), basics);
    onStopSignal(async () => {
      prepared = false;
      const noticeMs = proxyNoticeMs(config);
      await clock.sleep(noticeMs);
      await closing.endWork(config.drainMs - noticeMs);
      // A client that never ends its request is not waited for.
      await Promise.race([server.shutdown(), clock.sleep(shutdownGraceMs / 2)]);
      await closing.close();
    }, { log, deadlineMs: config.drainMs + shutdownGraceMs });
    if (polls) void poller.openWindow();
    if (!config.production) await ensureDemoUsers({ store, auth });
    prepared = true;
    const signIn = `${demoUsernames.join(" or ")}, password ${demoPassword}`;
    console.info(greeting(config, {
      port: server.addr.port,
      store,
      bus,
      source: upstreams,
      maxBytes,
      signIn: config.production ? undefined : signIn,
    }));
  }

  return { polls, openPollWindow: poller.openWindow, serve };
}

type Basics = Pick<Deps, "clock" | "log" | "metrics">;

async function openStore(
  { databaseUrl: url, kvPath: path }: Config,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Store> {
  return url
    ? await openPostgresStore({ url, clock, log })
    : await openKvStore({ path, clock, log });
}

async function openBus(
  { redis, pollIntervalMs }: Config,
  { store, ...basics }: Basics & { store: SettingStore },
): Promise<Bus> {
  const options = { ...basics, isStale, cadenceMs: pollIntervalMs };
  return redis
    ? await createRedisBus({ ...redis, ...options })
    : createMemoryBus({ ...options, lastTick: await lastTickIn(store) });
}

/** Without another instance, only the store remembers over a restart which of today's calls were made. */
async function lastTickIn(store: SettingStore) {
  const name = "last_tick";
  return {
    text: await store.settingOrPut(name, ""),
    save: (text: string) => store.saveSetting(name, text),
  };
}

function followAnnouncements({ bus, auth, mergeCatalog, log }: {
  bus: Bus;
  auth: Pick<AuthService, "markRevoked" | "reload">;
  mergeCatalog: () => Promise<void>;
  log: Log;
}) {
  /** The next announcement or start reads again what was missed. */
  function logFailure(work: Promise<unknown>) {
    work.catch((error) => log.error({ err: error }, "An announcement could not be followed"));
  }

  bus.onAnnounce((announcement) => {
    if (announcement.kind === "session_revoked") auth.markRevoked(announcement.sessionId);
    if (announcement.kind === "catalog_changed") logFailure(mergeCatalog());
  });
  bus.onGap(() => logFailure(Promise.all([auth.reload(), mergeCatalog()])));
}

async function loadBuilt() {
  try {
    return await loadAssets(join(import.meta.dirname ?? ".", "dist"));
  } catch (cause) {
    throw new StartupError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The operator reads the sentence of a fault that they can mend, without a stack. */
async function orExit<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    console.error(sentence);
    Deno.exit(1);
  }
}

function sentenceOf(error: unknown): string | undefined {
  if (error instanceof StartupError) return error.message;
  if (!(error instanceof Problem) || error.code !== "unavailable") return undefined;
  const cause = error.cause instanceof Error ? error.cause.message : "it does not answer";
  return `The store cannot be used: ${cause}`;
}
