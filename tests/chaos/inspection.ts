// Owns the checks that run all the time during a chaos run: live processes, acquired leases, upstream calls. Injects no faults.

import type { Audience } from "./audience.ts";
import { cadenceMs, createCallBound } from "./call_bound.ts";
import { checkLogs, epochsTaken } from "./logs.ts";
import type { Topology } from "./topology.ts";
import type { Verdict } from "./verdict.ts";
import { watchedTickers } from "./watched_tickers.ts";

export interface InspectionOptions {
  readonly topology: Topology;
  readonly audience: Audience;
  readonly verdict: Verdict;
}

const sampleMs = 250;
/** A fault may change the leader once, and once more if the connection to the bus fails again. */
const leasesPerFaultMax = 2;

export function startInspection({ topology, audience, verdict }: InspectionOptions) {
  const { market, instances, gateway } = topology;
  const units = [...instances, gateway];
  const countEpochs = () => epochsTaken(instances).length;
  const begin = {
    tickers: watchedTickers.length,
    now: Date.now(),
    calls: market.calls(),
    epochs: countEpochs(),
  };
  const bound = createCallBound(begin);
  let faultsBegun = 0;
  let sampledAt = begin.now;

  function sample() {
    const now = Date.now();
    if (audience.oldestAsOf() < now - 2 * cadenceMs) bound.wasStale(now - sampledAt);
    sampledAt = now;
    checkProcesses();
    checkLeases();
    checkCalls(now);
  }

  function checkProcesses() {
    for (const { name, isWell, output } of units) {
      if (!isWell()) verdict.breach("a process died by itself", `${name}: ${output().slice(-600)}`);
    }
  }

  function checkLeases() {
    const leases = countEpochs() - begin.epochs;
    if (leases > leasesPerFaultMax * faultsBegun) {
      verdict.breach("leaders changed without a fault", `${leases} in ${faultsBegun} faults`);
    }
  }

  function checkCalls(now: number) {
    const made = bound.made(market.calls());
    const most = bound.most({ now, epochs: countEpochs() });
    if (made > most) verdict.breach("more calls than the marks allow", `${made} of ${most}`);
  }

  const timer = setInterval(sample, sampleMs);
  return {
    faultsBegin: (count: number) => faultsBegun += count,
    close() {
      clearInterval(timer);
      sample();
      checkLogs(units, { secrets: [...topology.secrets, ...audience.secrets()], verdict });
    },
    figures() {
      const now = Date.now();
      const leases = countEpochs() - begin.epochs;
      return {
        seconds: (now - begin.now) / 1_000,
        calls: bound.made(market.calls()),
        callsMost: bound.most({ now, epochs: countEpochs() }),
        marks: bound.marks(now),
        leases,
      };
    },
  };
}
