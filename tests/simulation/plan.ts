// Owns what a run is made of, drawn by fast-check: instances, viewers, the upstream, and what goes wrong when. Runs nothing.

import fc from "fast-check";
import type { ClientPlan } from "./client.ts";
import type { StreamEnd } from "./redis_link.ts";

export interface Plan {
  /** Of all chance within the run: delays, jitter, which message is lost. */
  readonly seed: number;
  /** Second of the minute in which the run begins. */
  readonly startSecond: number;
  /** How far each instance's clock is off. */
  readonly skewsMs: readonly number[];
  readonly upstream: UpstreamPlan;
  readonly clients: readonly ClientPlan[];
  readonly faults: readonly Fault[];
}

export interface UpstreamPlan {
  readonly tickers: number;
  readonly batchSize: number;
  /** Its prices carry their times. */
  readonly hasTimes: boolean;
  readonly limits: { readonly callsPerMinute?: number; readonly callsPerDay?: number };
}

/** Something that begins at a time, and is over after another. Instances and clients are taken modulo their number. */
export type Fault =
  & { readonly atMs: number; readonly forMs: number }
  & (
    | { readonly kind: "freeze" | "kill" | "stop"; readonly instance: number }
    | { readonly kind: "lose"; readonly instance: number; readonly messages: number }
    | { readonly kind: "disorder"; readonly instance: number }
    | { readonly kind: "streams"; readonly instance: number; readonly how: StreamEnd }
    | {
      readonly kind: "commands";
      readonly instance: number;
      readonly how: "fail_before" | "fail_after";
    }
    | { readonly kind: "redis_slow"; readonly byMs: number }
    | { readonly kind: "redis_empty"; readonly how: StreamEnd }
    | { readonly kind: "upstream_slow"; readonly byMs: number }
    | { readonly kind: "upstream_fails"; readonly share: number }
    | { readonly kind: "upstream_limits"; readonly retryAfterMs: number }
    | { readonly kind: "upstream_misses" }
    | { readonly kind: "upstream_lags" }
    | { readonly kind: "client_moves" | "client_leaves" | "client_stalls"; readonly client: number }
  );

/** In tenths of a second, so that a shrunk plan reads well. */
const ms = (options: { min: number; max: number }) =>
  fc.integer({ min: options.min / 100, max: options.max / 100 }).map((tenths) => tenths * 100);
const instance = fc.nat({ max: 3 });
const client = fc.nat({ max: 4 });
const how = fc.constantFrom<StreamEnd>("ended", "silent", "broken");

function faultWithin(spanMs: number): fc.Arbitrary<Fault> {
  const atMs = ms({ min: 0, max: spanMs });
  const briefly = ms({ min: 100, max: 9_000 });
  const while_ = { atMs, forMs: briefly };
  const kind = <Kind extends string>(...kinds: Kind[]) => fc.constantFrom(...kinds);
  return fc.oneof(
    fc.record({ kind: kind("freeze"), instance, atMs, forMs: ms({ min: 100, max: 20_000 }) }),
    fc.record({ kind: kind("kill", "stop"), instance, ...while_ }),
    fc.record({
      kind: kind("lose"),
      instance,
      messages: fc.integer({ min: 1, max: 4 }),
      ...while_,
    }),
    fc.record({ kind: kind("disorder"), instance, ...while_ }),
    fc.record({ kind: kind("streams"), instance, how, atMs, forMs: fc.constant(0) }),
    fc.record({
      kind: kind("commands"),
      instance,
      how: fc.constantFrom("fail_before" as const, "fail_after" as const),
      ...while_,
    }),
    fc.record({ kind: kind("redis_slow"), byMs: ms({ min: 100, max: 6_000 }), ...while_ }),
    fc.record({ kind: kind("redis_empty"), how, ...while_ }),
    fc.record({ kind: kind("upstream_slow"), byMs: ms({ min: 100, max: 9_000 }), ...while_ }),
    fc.record({ kind: kind("upstream_fails"), share: fc.constantFrom(1, 0.4), ...while_ }),
    fc.record({
      kind: kind("upstream_limits"),
      retryAfterMs: ms({ min: 1_000, max: 20_000 }),
      ...while_,
    }),
    fc.record({ kind: kind("upstream_misses", "upstream_lags"), ...while_ }),
    fc.record({
      kind: kind("client_moves", "client_leaves", "client_stalls"),
      client,
      ...while_,
    }),
  );
}

const limits = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.record({ callsPerMinute: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ callsPerDay: fc.integer({ min: 1, max: 20_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      callsPerMinute: fc.integer({ min: 1, max: 40 }),
      callsPerDay: fc.integer({ min: 1, max: 100 }),
    }),
  },
);

const upstream: fc.Arbitrary<UpstreamPlan> = fc.record({
  tickers: fc.integer({ min: 1, max: 5 }),
  batchSize: fc.integer({ min: 1, max: 5 }),
  hasTimes: fc.boolean(),
  limits,
});

function clientsWithin(spanMs: number): fc.Arbitrary<readonly ClientPlan[]> {
  const client = fc.record({
    fromMs: ms({ min: 0, max: spanMs }),
    instance,
    tickers: fc.uniqueArray(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 }),
    signedIn: fc.boolean(),
  });
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(client, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  );
}

function planWithin(spanMs: number, faultsMax: number): fc.Arbitrary<Plan> {
  return fc.record({
    seed: fc.nat(),
    startSecond: fc.nat({ max: 59 }),
    skewsMs: fc.array(ms({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 4 }),
    upstream,
    clients: clientsWithin(spanMs),
    faults: fc.array(faultWithin(spanMs), { maxLength: faultsMax, size: "max" }),
  });
}

/** Most runs are short; minutes turn in many of them all the same, as they begin anywhere in one. */
export const anyPlan: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 10, arbitrary: planWithin(10_000, 4) },
  { weight: 4, arbitrary: planWithin(25_000, 8) },
  { weight: 1, arbitrary: planWithin(120_000, 30) },
);
