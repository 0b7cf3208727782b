// Composition root: config -> clients -> app -> cron -> serve -> shutdown. The only file that acts when imported.

import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { createAuth } from "./lib/auth/create_auth.ts";
import { demoPassword, demoUsernames, ensureDemoUsers } from "./lib/auth/demo_users.ts";
import { createMemoryBus } from "./lib/bus/memory_bus.ts";
import { createRedisBus } from "./lib/bus/redis_bus.ts";
import { createClock } from "./lib/clock.ts";
import { type Config, loadConfig } from "./lib/config.ts";
import type { Deps } from "./lib/deps.ts";
import { StartupError } from "./lib/errors.ts";
import { createHub } from "./lib/hub/hub.ts";
import { createInterest } from "./lib/interest/create_interest.ts";
import { createListChanges } from "./lib/lists/list_changes.ts";
import { createLog, type Log } from "./lib/log.ts";
import { callLimits } from "./workers/upstream/budget.ts";
import { createDaySeries } from "./lib/market/day_series.ts";
import { createMetrics } from "./lib/metrics.ts";
import { createClosing } from "./lib/process/closing.ts";
import { listen } from "./lib/process/listen.ts";
import { onStopSignal } from "./lib/process/stop_signal.ts";
import { isStale, type Ticker } from "./lib/quote.ts";
import { loadAssets } from "./lib/render/assets.ts";
import { createSecurities } from "./lib/securities/create_securities.ts";
import { createFailover } from "./workers/upstream/failover.ts";
import { sources } from "./lib/sources/sources.ts";
import { openKvStore } from "./lib/store/kv_store.ts";
import { openPostgresStore } from "./lib/store/postgres_store.ts";
import type { Store } from "./lib/store/store.ts";
import { createApp } from "./routes/app.ts";
import { createPoller } from "./workers/poll_quotes.ts";
import { createUpstream } from "./workers/upstream/upstream.ts";
import { createSecuritiesRefresh } from "./workers/refresh_securities.ts";

/** After the sockets are drained, the rest closes within this. */
const shutdownGraceMs = 800;

const service = await orExit(compose());

if (service.polls) {
  // A failed window is not tried again by cron: a retry would be a paid call, and the next minute opens one.
  Deno.cron("poll quotes", "* * * * *", { backoffSchedule: [] }, service.openPollWindow);
}

await orExit(service.serve());

async function compose() {
  const config = loadConfig({ sources });
  const clock = createClock();
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  const instanceId = uuidv7();
  const closing = createClosing();

  const store = closing.add(
    config.databaseUrl
      ? await openPostgresStore({ url: config.databaseUrl, clock, log })
      : await openKvStore({ path: config.kvPath, clock }),
  );
  const busOptions = { clock, log, metrics, isStale, cadenceMs: config.pollIntervalMs };
  const bus = closing.add(
    config.redis
      ? await createRedisBus({ ...config.redis, ...busOptions })
      : createMemoryBus({ ...busOptions, lastTick: await lastTickIn(store) }),
  );
  const securities = createSecurities();
  const upstreams = config.sources.map((create) =>
    createUpstream(create({ clock, log, tickers: securities.tickers() }), {
      clock,
      log,
      metrics,
      pollIntervalMs: config.pollIntervalMs,
      limits: callLimits(config),
    })
  );
  const [primary] = upstreams;
  if (!primary) throw new Error("The configuration names at least one source");
  const source = upstreams.length > 1 ? createFailover(upstreams, { log }) : primary;
  const auth = closing.add(
    await createAuth({
      store,
      announceRevoked: (session) => bus.announce({ kind: "session_revoked", ...session }),
      clock,
      log,
      metrics,
      jwtKeys: config.jwtKeys,
      registrationsPerHour: config.registrationsPerHour,
    }),
  );
  const universe = {
    isKnown: (ticker: Ticker) => securities.find(ticker) !== undefined,
    isMuchWatched: securities.isMuchWatched,
  };
  const interest = createInterest({ bus, clock, log, universe, instanceId });
  const hub = createHub({
    bus,
    clock,
    log,
    metrics,
    universe,
    interest,
    verifySocketToken: auth.verifySocket,
    loadLists: store.lists,
    limits: config,
  });
  const securitiesRefresh = createSecuritiesRefresh({
    source: primary,
    store,
    bus,
    clock,
    log,
    metrics,
  });
  const daySeries = createDaySeries({ clock });
  bus.subscribe(({ changed }) => daySeries.take(changed.map(({ quote }) => quote)));
  const poller = createPoller({
    source,
    upstreams,
    bus,
    clock,
    log,
    metrics,
    instanceId,
    pollIntervalMs: config.pollIntervalMs,
    securitiesRefresh,
  });

  /** Only a source with a list of its own says what can be priced; a former source's list does not count. */
  async function mergeCatalog() {
    if (source.listSecurities) securities.merge(await store.catalog());
  }

  await mergeCatalog();
  bus.onAnnounce((announcement) => {
    if (announcement.kind === "session_revoked") auth.markRevoked(announcement.sessionId);
    if (announcement.kind === "catalog_changed") logFailure(mergeCatalog(), log);
  });
  bus.onGap(() => logFailure(Promise.all([auth.reload(), mergeCatalog()]), log));

  let prepared = false;
  const deps: Deps = {
    config,
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
    assets: await loadBuilt(),
    source,
    isPrepared: () => prepared,
  };

  const polls = config.role !== "web";

  async function serve() {
    const app = createApp(deps);
    const server = listen(config, (request, info) => app.fetch(request, info));
    onStopSignal(async () => {
      prepared = false;
      // The lease goes first: another instance polls on while our sockets leave one by one.
      await Promise.all([poller.stop(), hub.drain(config.drainMs)]);
      interest.close();
      // A client that never ends its request is not waited for.
      await Promise.race([server.shutdown(), clock.sleep(shutdownGraceMs / 2)]);
      await closing.close();
    }, { log, deadlineMs: config.drainMs + shutdownGraceMs });
    if (polls) void poller.openWindow();
    if (!config.production) await ensureDemoUsers({ store, auth });
    prepared = true;
    sayHello(config, { address: server.addr, store, bus, source });
  }

  return { polls, openPollWindow: () => poller.openWindow(), serve };
}

/** Alone in its process, the bus would forget at a restart what was spent of today's calls. */
async function lastTickIn(store: Store) {
  const name = "last_tick";
  return {
    text: await store.settingOrPut(name, ""),
    save: (text: string) => store.saveSetting(name, text),
  };
}

function sayHello(
  { host, tls, production }: Config,
  { address, store, bus, source }: {
    address: Deno.NetAddr;
    store: { name: string };
    bus: { name: string };
    source: { name: string; notice: string };
  },
) {
  const shownHost = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  const lines = [
    `Quoteboard is at ${tls ? "https" : "http"}://${shownHost}:${address.port}/`,
    "",
    ...(production ? [] : [`  Sign in  ${demoUsernames.join(" or ")}, password ${demoPassword}`]),
    `  Storage  ${store.name}`,
    `  Bus      ${bus.name}`,
    `  Quotes   ${source.name} (${source.notice})`,
  ];
  console.info(lines.join("\n"));
}

/** What was missed is read again at the next announcement or start. */
function logFailure(work: Promise<unknown>, log: Log) {
  work.catch((error) => log.error({ err: error }, "News from the bus could not be taken in"));
}

async function loadBuilt() {
  try {
    return await loadAssets(join(import.meta.dirname ?? ".", "dist"));
  } catch (cause) {
    throw new StartupError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A fault that the operator can mend is told in its sentence, without a stack. */
async function orExit<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
