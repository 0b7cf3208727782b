// Owns the service of interest on an in-process bus, for its tests and those of the hub. No product code imports it.

import { startLeader } from "../bus/leader_fixtures.ts";
import { parseTicker, type Ticker } from "../quote.ts";
import { createInterest } from "./create_interest.ts";
import type { Universe } from "./interest.ts";

/** All tickers but ZZ.. are known; those that begin with A are much watched. */
export const sampleUniverse: Universe = {
  isKnown: (ticker) => !ticker.startsWith("ZZ"),
  isMuchWatched: (ticker) => ticker.startsWith("A"),
};

/** Stands for the reader of lib/securities: BRK-B is another spelling of BRK.B. */
export function readSampleTicker(text: string): Ticker | undefined {
  const ticker = parseTicker(text === "BRK-B" ? "BRK.B" : text);
  return ticker && sampleUniverse.isKnown(ticker) ? ticker : undefined;
}

export type InterestHarness = Awaited<ReturnType<typeof startInterest>>;

export async function startInterest() {
  const leader = await startLeader();
  const interest = createInterest({ ...leader, universe: sampleUniverse, instanceId: "here" });
  return { ...leader, interest };
}
