// Owns the routes for operators: whether the process is up, whether it is ready, and its metrics.

import { BlockList, isIPv6 } from "node:net";
import { type Context, Hono } from "hono";
import { timingSafeEqual } from "hono/utils/buffer";
import { within } from "../lib/deadline.ts";
import type { Deps } from "../lib/deps.ts";
import { Problem } from "../lib/errors.ts";
import type { Env } from "./env.ts";
import { callerOf } from "./middleware/caller.ts";
import { bearerToken } from "./middleware/session.ts";

export type HealthDeps =
  & Pick<Deps, "bus" | "clock" | "log" | "metrics" | "isPrepared">
  & {
    readonly store: Pick<Deps["store"], "ping">;
    readonly config: Pick<Deps["config"], "metricsToken" | "production" | "trustedProxies">;
  };

const pingTimeoutMs = 2_000;

/** Time for another instance to take the lease, where nobody watches and so nobody misses a tick. Less than interest lives. */
const idleSlackMs = 15_000;

export function healthRoutes(deps: HealthDeps) {
  const app = new Hono<Env>();
  const startedAt = deps.clock.now();

  app.get("/healthz", (c) => c.json({ status: "up" }));

  // What all instances share takes none of them out: pages and last prices go on without it. `?strict` asks for it too.
  app.get("/readyz", async (c) => {
    const checks = await readiness(deps, { startedAt });
    const isStrict = c.req.query("strict") !== undefined;
    const ready = isStrict ? Object.values(checks).every(Boolean) : checks.prepared;
    return c.json({ status: ready ? "ready" : "not ready", checks }, ready ? 200 : 503);
  });

  app.get("/metrics", async (c) => {
    if (!await mayReadMetrics(c, deps)) throw new Problem("invalid_token");
    c.header("Content-Type", deps.metrics.registry.contentType);
    return c.body(await deps.metrics.registry.metrics());
  });

  return app;
}

const privateNetworks = new BlockList();
for (const network of ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]) {
  const [address = "", bits] = network.split("/");
  privateNetworks.addSubnet(address, Number(bits), "ipv4");
}
privateNetworks.addAddress("::1", "ipv6");
privateNetworks.addSubnet("fc00::", 7, "ipv6");

/** With a token: its bearers. Without one, in production: the operator's networks, as far as TRUST_PROXY shows them. */
async function mayReadMetrics(
  c: Context<Env>,
  { config }: Pick<HealthDeps, "config">,
): Promise<boolean> {
  const { metricsToken, production } = config;
  if (metricsToken) {
    return await timingSafeEqual(bearerToken(c.req.raw.headers) ?? "", metricsToken);
  }
  const { address } = callerOf(c, { config });
  return !production || privateNetworks.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

async function readiness(
  { store, bus, clock, log, isPrepared }: HealthDeps,
  { startedAt }: { startedAt: number },
) {
  async function answers(what: string, ping: () => Promise<unknown>): Promise<boolean> {
    try {
      await within(ping(), { clock, ms: pingTimeoutMs, what: "The ping" });
      return true;
    } catch (error) {
      log.warn({ what, cause: String(error) }, "Not ready");
      return false;
    }
  }

  const [storeAnswers, busAnswers] = await Promise.all([
    answers("store", () => store.ping()),
    answers("bus", () => bus.ping()),
  ]);
  return {
    prepared: isPrepared(),
    store: storeAnswers,
    bus: busAnswers,
    ticks: busAnswers && await areTicksFresh({ bus, clock }, startedAt).catch(() => false),
  };
}

/** A tick is due at each mark, whether prices move or not; without viewers, a heartbeat at `nextAt`. */
async function areTicksFresh(
  { bus, clock }: Pick<Deps, "bus" | "clock">,
  startedAt: number,
): Promise<boolean> {
  const { nextAt, tickMs } = bus.latest([]);
  // While ticks come, a probe costs no command.
  if (clock.now() <= nextAt + tickMs) return true;
  // A bus that takes no tick may take no interest either, so "nobody watches" excuses the silence for a while only.
  if (clock.now() > Math.max(nextAt, startedAt) + tickMs + idleSlackMs) return false;
  const { signedIn, anonymous } = await bus.wanted();
  return signedIn.length + anonymous.length === 0;
}
