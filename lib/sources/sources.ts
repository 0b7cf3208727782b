// Owns the list of quote sources. Adding one is its file and one line here.

import { albert } from "./albert.ts";
import { simulated } from "./simulated.ts";
import type { SourceDefinition } from "./source.ts";

export const sources: readonly SourceDefinition[] = [
  simulated,
  albert,
];
