// Owns that a form is done once: a repeat of the same form with the same fields gets the outcome of the first.

import { createHash } from "node:crypto";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { BoundedMap } from "../../lib/bounded_map.ts";
import type { Deps } from "../../lib/deps.ts";
import type { Env } from "../env.ts";
import { callerOf } from "../middleware/caller.ts";
import { formIdField, readForm } from "./form_fields.ts";

/** A repeat within this time is harmless. A later one is done like a new form. */
const keptMs = 5 * 60_000;

/** About 1 KB each. At the bound the oldest is forgotten: its repeat is done like a new form. */
const outcomesMax = 2_000;

interface Outcome {
  readonly at: number;
  /** Undefined: the first was refused, so a repeat is tried like a first. */
  readonly redirect: Promise<Headers | undefined>;
}

/**
 * For a form with a `FormId`, behind its guard. A second click arrives while the first request is in progress: it waits
 * for the first, and gets its redirect and its cookies. Another instance does not know the first.
 */
export function createFormOnce(deps: Pick<Deps, "clock" | "config">) {
  const { clock } = deps;
  const outcomes = new BoundedMap<string, Outcome>(outcomesMax);

  function dropOld() {
    for (const [key, { at }] of outcomes.entries()) {
      if (clock.now() - at < keptMs) return;
      outcomes.delete(key);
    }
  }

  return createMiddleware<Env>(async function formOnce(c, next) {
    const key = await keyOf(c, deps);
    if (key === undefined) return next();
    dropOld();
    // Each round ends one request of this form: the one that was waited for was refused.
    for (let first = outcomes.get(key); first; first = outcomes.get(key)) {
      const headers = await first.redirect;
      if (headers) return new Response(null, { status: 303, headers });
    }
    const { promise, resolve } = Promise.withResolvers<Headers | undefined>();
    outcomes.set(key, { at: clock.now(), redirect: promise });
    let redirect: Headers | undefined;
    try {
      await next();
      if (c.res.status === 303) redirect = new Headers(c.res.headers);
    } finally {
      if (!redirect) outcomes.delete(key);
      resolve(redirect);
    }
  });
}

/** Undefined: the form has no id. The fields are part of the key: nobody gets an outcome without the same password. */
async function keyOf(
  c: Context<Env>,
  deps: Pick<Deps, "config">,
): Promise<string | undefined> {
  const form = await readForm(c);
  if (!form[formIdField]) return undefined;
  const { pathname, search } = new URL(c.req.url);
  const sender = c.var.identity?.userId ?? callerOf(c, deps).network;
  const request = JSON.stringify([sender, pathname, search, form]);
  return createHash("sha256").update(request).digest("base64");
}
