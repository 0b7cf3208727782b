// Owns a chaos run: injects the plan's faults round by round, waits for ticks after each, and reports.

import { type Audience, startAudience } from "./audience.ts";
import { faultKinds } from "./faults.ts";
import { startInspection } from "./inspection.ts";
import { planOf, type Round } from "./plan.ts";
import { startTopology, type Topology } from "./topology.ts";
import { createVerdict, type Verdict, type Violation } from "./verdict.ts";
import { waitFor } from "./wait_for.ts";

export interface RoundReport {
  readonly faults: readonly string[];
  readonly holdMs: number;
  /** The time until all viewers had fresh prices and changes of lists were acknowledged. */
  readonly recoveredMs: number;
  readonly boundMs: number;
  /** The longest time that a viewer waited for a tick. */
  readonly worstGapMs: number;
}

export interface ChaosReport {
  readonly rounds: readonly RoundReport[];
  readonly seconds: number;
  readonly ticks: number;
  readonly sockets: number;
  /** Prices of an instance that were older than the viewer's price from another instance. */
  readonly dropped: number;
  readonly calls: number;
  readonly callsMost: number;
  readonly marks: number;
  /** Leases acquired since the first fault. */
  readonly leases: number;
  readonly changes: number;
  readonly changesUnknown: number;
  readonly violations: readonly Violation[];
}

export interface ChaosOptions {
  readonly seed: number;
  /** No round begins after this time. A running round ends normally. */
  readonly seconds: number;
  readonly onRound?: (round: RoundReport) => void;
}

/** On a busy machine everything may take this many times as long before it counts as a violation. */
const patience = 3;
/** The time after the end of a fault within which each instance must refuse the token of a session that signed out during it. */
const refusedMs = 10_000;

export async function runChaos({ seed, seconds, onRound }: ChaosOptions): Promise<ChaosReport> {
  const verdict = createVerdict();
  await using topology = await startTopology();
  const audience = await startAudience({ topology, verdict });
  const inspection = startInspection({ topology, audience, verdict });
  const rounds: RoundReport[] = [];
  const plan = planOf(seed);
  const deadline = Date.now() + seconds * 1_000;
  for (let turn = 0; Date.now() < deadline; turn++) {
    const round = plan[turn % plan.length];
    if (!round) throw new Error("A plan has rounds.");
    inspection.faultsBegin(round.kinds.length);
    const report = await playRound(round, { topology, audience, verdict });
    rounds.push(report);
    onRound?.(report);
  }
  await audience.close();
  inspection.close();
  return {
    rounds,
    ...inspection.figures(),
    ...audience.figures(),
    violations: verdict.violations(),
  };
}

interface Stage {
  readonly topology: Topology;
  readonly audience: Audience;
  readonly verdict: Verdict;
}

async function playRound(
  { kinds, holdMs, choice }: Round,
  { topology, audience, verdict }: Stage,
): Promise<RoundReport> {
  const guest = await audience.inviteGuest();
  audience.worstGapMs();
  const begunAt = Date.now();
  const ends: (() => Promise<void>)[] = [];
  // Redis, Postgres and the upstream are repaired before the instances that need them are started again.
  for (const kind of kinds.toSorted((a, b) => faultKinds.indexOf(a) - faultKinds.indexOf(b))) {
    ends.unshift(await kind.begin(topology, choice));
  }
  const leaving = guest.signOut();
  await new Promise((resolve) => setTimeout(resolve, holdMs));
  for (const end of ends) await end();

  const since = kinds.every(({ isSurvivable }) => isSurvivable) ? begunAt : Date.now();
  const boundMs = kinds.reduce((sum, kind) => sum + kind.boundMs, 0);
  const limitMs = patience * boundMs;
  const leftMs = since + limitMs - Date.now();
  const recoveredAt = await waitFor(() => audience.hasRecovered(since), leftMs);
  const faults = kinds.map(({ name }) => name);
  if (recoveredAt === undefined) {
    const late = audience.withoutTicks(since).join(", ") || "none";
    const example = `${faults.join(" + ")}: ${limitMs} ms; without ticks: ${late}`;
    verdict.breach("ticks or changes did not come again in time", example);
  }
  const worstGapMs = audience.worstGapMs();
  await leaving;
  await guest.checkRefused(patience * refusedMs);
  const recoveredMs = (recoveredAt ?? Date.now()) - since;
  return { faults, holdMs, recoveredMs, boundMs, worstGapMs };
}
