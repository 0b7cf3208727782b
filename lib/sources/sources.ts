// Owns the list of quote sources. A new source is a file, with its import and its entry here.

import { albert } from "./albert.ts";
import { alpaca } from "./alpaca.ts";
import { finnhub } from "./finnhub.ts";
import { massive } from "./massive.ts";
import { simulated } from "./simulated.ts";
import type { SourceDefinition } from "./source.ts";
import { tiingo } from "./tiingo.ts";
import { twelvedata } from "./twelvedata.ts";
import { yahoo } from "./yahoo.ts";

export const sources: readonly SourceDefinition[] = [
  simulated,
  albert,
  alpaca,
  massive,
  tiingo,
  finnhub,
  twelvedata,
  yahoo,
];
