// Owns the routes for operators: is the process up, may traffic come, what do the figures say.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../lib/deps.ts";
import type { Env } from "./http.ts";

const pingTimeoutMs = 2_000;

export function healthRoutes(app: OpenAPIHono<Env>, deps: Deps) {
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
}

async function readiness({ store, bus, clock, log, isPrepared }: Deps) {
  async function answers(what: string, ping: () => Promise<unknown>): Promise<boolean> {
    const timeout = clock.sleep(pingTimeoutMs).then((): never => {
      throw new Error(`No answer within ${pingTimeoutMs} ms`);
    });
    try {
      await Promise.race([ping(), timeout]);
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

/** Ticks are due whether prices move or not; without viewers, a heartbeat at `nextAt`. */
async function areTicksFresh({ bus, clock }: Pick<Deps, "bus" | "clock">): Promise<boolean> {
  const { signedIn, anonymous } = await bus.wanted();
  if (signedIn.length + anonymous.length === 0) return true;
  const { nextAt, tickMs } = bus.latest([]);
  return clock.now() <= nextAt + tickMs;
}
