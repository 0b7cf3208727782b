// Owns who may import whom: the one table. ARCHITECTURE.md shows it, written by write_table.ts.

/**
 * "lib/quote.ts": that file. "lib/hub/": all below it. "routes/*": the files of that folder itself.
 * Braces name several: "lib/{clock,log}.ts".
 */
export type PathPattern = string;

/** A folder may import itself. Where the patterns of two rooms fit a file, the longer pattern wins. */
export interface Room {
  readonly files: readonly PathPattern[];
  readonly may: readonly PathPattern[];
  /** Its files run in browsers: no Deno API, no Node module. */
  readonly isForBrowsers?: boolean;
}

const basics: readonly PathPattern[] = [
  "lib/{quote,watchlist,identity}.ts",
  "lib/{bounded_map,clock,deadline,errors,log,metrics}.ts",
];

const servicePorts: readonly PathPattern[] = [
  "lib/{deps,protocol}.ts",
  "lib/auth/{auth,account_export,registration}.ts",
  "lib/{bus/bus,hub/hub_ports,interest/interest,market/day_series,store/store}.ts",
  "lib/{interchange,lists,securities}/",
];

/** Patterns that stand in the table under one name. */
export const groups: Readonly<Record<string, readonly PathPattern[]>> = {
  "basics": basics,
  "service ports": servicePorts,
};

export const rooms: readonly Room[] = [
  { files: ["lib/{quote,watchlist,protocol}.ts"], may: ["lib/quote.ts"], isForBrowsers: true },
  {
    files: ["islands/"],
    may: ["lib/{quote,protocol}.ts"],
    isForBrowsers: true,
  },
  {
    files: ["lib/{identity,bounded_map,clock,deadline,errors,log,metrics}.ts"],
    may: ["lib/{quote,clock}.ts"],
  },
  { files: ["lib/config.ts"], may: [...basics, "lib/config_reader.ts", "lib/sources/source.ts"] },
  { files: ["lib/config_reader.ts"], may: [] },
  {
    files: ["lib/deps.ts"],
    may: [...basics, ...servicePorts, "lib/config.ts", "lib/render/assets.ts"],
  },
  { files: ["lib/process/"], may: [...basics, "lib/config.ts"] },
  { files: ["lib/render/"], may: [] },
  { files: ["lib/{bus,market,securities,store}/"], may: basics },
  { files: ["lib/sources/"], may: [...basics, "lib/market/calendar.ts"] },
  { files: ["lib/interest/"], may: ["lib/{quote,bounded_map,clock,log}.ts", "lib/bus/bus.ts"] },
  {
    files: ["lib/hub/"],
    may: [...basics, "lib/{protocol,bus/bus,interest/interest}.ts"],
  },
  {
    files: ["lib/auth/"],
    may: [...basics, "lib/store/store.ts"],
  },
  {
    files: ["lib/lists/"],
    may: [
      ...basics,
      "lib/{bus/bus,interest/interest,store/store}.ts",
      "lib/{interchange,securities}/",
    ],
  },
  {
    files: ["lib/interchange/"],
    may: ["lib/quote.ts", "lib/securities/{exchanges,find_security,symbol_forms}.ts"],
  },
  {
    files: ["workers/{*,polling/}"],
    may: [
      ...basics,
      "lib/{bus/bus,market/day_series,market/hours,securities/securities,sources/source,store/store}.ts",
      "workers/{*,polling/}",
      "workers/upstream/upstreams.ts",
    ],
  },
  {
    files: ["workers/upstream/"],
    may: [...basics, "lib/{market/hours,sources/source}.ts", "workers/schedule.ts"],
  },
  {
    files: ["routes/*"],
    may: [...basics, ...servicePorts, "lib/render/", "routes/"],
  },
  {
    files: ["routes/middleware/"],
    may: [...basics, ...servicePorts, "routes/*"],
  },
  {
    files: ["routes/api/"],
    may: [...basics, ...servicePorts, "routes/*", "routes/middleware/"],
  },
  {
    files: ["routes/pages/"],
    may: [
      ...basics,
      ...servicePorts,
      "lib/render/",
      "islands/",
      "routes/*",
      "routes/middleware/",
    ],
  },
  { files: ["tools/"], may: ["lib/"] },
  { files: ["tools/run_tests.ts", "tools/testing/"], may: ["tests/support/", "tools/"] },
  { files: ["bench/"], may: ["lib/", "tests/{fuzz,support}/"] },
  {
    files: ["main.ts"],
    may: ["lib/", "routes/app.ts", "workers/*", "workers/upstream/create_upstreams.ts"],
  },
];
