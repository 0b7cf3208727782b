// Owns the routes for operators: whether the process is up, whether it is ready, and its metrics.

import { Hono } from "hono";
import { within } from "../lib/deadline.ts";
import type { Deps } from "../lib/deps.ts";
import type { Env } from "./env.ts";

export type HealthDeps =
  & Pick<Deps, "bus" | "clock" | "log" | "metrics" | "isPrepared">
  & { readonly store: Pick<Deps["store"], "ping"> };

const pingTimeoutMs = 2_000;

export function healthRoutes(deps: HealthDeps) {
  const app = new Hono<Env>();

  app.get("/healthz", (c) => c.json({ status: "up" }));

  app.get("/readyz", async (c) => {
    const checks = await readiness(deps);
    const ready = Object.values(checks).every(Boolean);
    return c.json({ status: ready ? "ready" : "not ready", checks }, ready ? 200 : 503);
  });

  app.get("/metrics", async (c) => {
    c.header("Content-Type", deps.metrics.registry.contentType);
    return c.body(await deps.metrics.registry.metrics());
  });

  return app;
}

async function readiness({ store, bus, clock, log, isPrepared }: HealthDeps) {
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
    ticks: busAnswers && await areTicksFresh({ bus, clock }),
  };
}

/** A tick is due at each mark, whether prices move or not; without viewers, a heartbeat at `nextAt`. */
async function areTicksFresh({ bus, clock }: Pick<Deps, "bus" | "clock">): Promise<boolean> {
  const { nextAt, tickMs } = bus.latest([]);
  // While ticks come, a probe costs no command.
  if (clock.now() <= nextAt + tickMs) return true;
  const { signedIn, anonymous } = await bus.wanted();
  return signedIn.length + anonymous.length === 0;
}
