// Owns the description of a plan in short lines for people. Runs nothing.

import type { Fault, HostilePlan, Plan } from "./plan.ts";

/** Describes the plan: one line for each event, in the order of time. */
export function timelineOf(
  { skewsMs, upstream, clients, faults, startSecond, hostile }: Plan,
): string {
  const { tickers, batchSize, hasTimes, isLastUnknown, limits: { callsPerMinute, callsPerDay } } =
    upstream;
  const setting = [
    `${tickers} tickers, ${batchSize} a call`,
    hasTimes ? "prices with times" : "prices without times",
    ...(isLastUnknown ? ["the last ticker unknown"] : []),
    ...(callsPerMinute === undefined ? [] : [`${callsPerMinute} calls a minute`]),
    ...(callsPerDay === undefined ? [] : [`${callsPerDay} calls a day`]),
    `begins at second ${startSecond}`,
    ...(hostile ? [`beside ${hostileText(hostile)}`] : []),
  ];
  const skews = skewsMs.map((ms, index) => `instance ${index} ${ms === 0 ? "on time" : ahead(ms)}`);
  const events = [
    ...clients.map(({ fromMs, instance, tickers: wanted, signedIn }, index) => ({
      atMs: fromMs,
      what: `client ${index} (${signedIn ? "signed in" : "anonymous"}) connects to ` +
        `${instanceName(instance, skewsMs)} for ` +
        [...new Set(wanted.map((place) => `T${place % tickers}`))].join(", "),
    })),
    ...faults.map((fault) => ({ atMs: fault.atMs, what: faultText(fault, { skewsMs, clients }) })),
  ];
  const lines = events.toSorted((a, b) => a.atMs - b.atMs).map(({ atMs, what }) =>
    `${seconds(atMs).padStart(7)}  ${what}`
  );
  return [setting.join(", "), skews.join(", "), ...lines].join("\n");
}

function faultText(
  fault: Fault,
  { skewsMs, clients }: Pick<Plan, "skewsMs" | "clients">,
): string {
  const forTime = ` for ${seconds(fault.forMs)}`;
  const at = "instance" in fault ? instanceName(fault.instance, skewsMs) : "";
  const viewer = "client" in fault ? `client ${fault.client % clients.length}` : "";
  switch (fault.kind) {
    case "freeze":
      return `${at} is frozen${forTime}`;
    case "kill":
      return `${at} is killed, and started again after ${seconds(fault.forMs)}`;
    case "stop":
      return `${at} is stopped by a signal, and started again after ${seconds(fault.forMs)}`;
    case "lose":
      return `${at} loses the next ${fault.messages} messages, if they come within ${
        seconds(fault.forMs)
      }`;
    case "disorder":
      return `${at} gets messages out of order${forTime}`;
    case "streams":
      return `the streams of ${at} go ${fault.how}`;
    case "commands":
      return `commands of ${at} ${
        fault.how === "fail_before" ? "do not arrive" : "are done, but their answers are lost"
      }${forTime}`;
    case "redis_slow":
      return `Redis is up to ${2 * fault.byMs} ms slower${forTime}`;
    case "redis_empty":
      return `Redis is away${forTime} and comes back empty; streams go ${fault.how}`;
    case "upstream_slow":
      return `the upstream is up to ${fault.byMs} ms slower${forTime}`;
    case "upstream_fails":
      return `${fault.share * 100} % of the upstream's calls fail${forTime}`;
    case "upstream_limits":
      return `the upstream answers 429, Retry-After ${seconds(fault.retryAfterMs)},${forTime}`;
    case "upstream_misses":
      return `the upstream leaves out half the tickers${forTime}`;
    case "upstream_lags":
      return `the upstream answers now and then with old prices${forTime}`;
    case "client_moves":
      return `${viewer} moves to the next instance`;
    case "client_leaves":
      return `${viewer} leaves`;
    case "client_stalls":
      return `${viewer} stops reading${forTime}`;
  }
}

function hostileText({ kind, count, tickersEach, sharesList }: HostilePlan): string {
  return kind === "switching"
    ? `${count} visitors who each switch between ${tickersEach} tickers`
    : `${count} accounts with ${sharesList ? "the same" : "other"} ${tickersEach} tickers each`;
}

function instanceName(index: number, skewsMs: readonly number[]): string {
  return `instance ${index % skewsMs.length}`;
}

function ahead(ms: number): string {
  return ms > 0 ? `${ms} ms ahead` : `${-ms} ms behind`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
