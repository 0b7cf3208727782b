// Measures the search over 1,000, 12,000 and 100,000 securities: time by kind of query, against a plain scan; memory; start-up.
// Run: deno run --v8-flags=--expose-gc -P=bench_alone bench/search.ts

import { createNearest } from "../lib/securities/search/nearest.ts";
import { createSearch, type Search } from "../lib/securities/search/search.ts";
import { createSearchIndex, type Listing } from "../lib/securities/search/index.ts";
import { readUniverse } from "../lib/securities/universe.ts";
import {
  adjectives,
  createCatalog,
  createRandom,
  createWord,
  issuers,
  pick,
  type Random,
  themes,
  trades,
} from "../tests/support/catalog.ts";

const sizes = [1_000, 12_000, 100_000] as const;
/** The p99 over 12,000 securities is at most this many times the one over 1,000. */
const growthMax = 14;
/** The index of 12,000 and more securities has at most this number of bytes for each. */
const bytesASecurityMax = 1_024;
const queriesPerSize = 3_000;
/** Each query counts with the median of its runs, so that a pause of the machine does not change the result. */
const runs = 5;
/** A scan takes long, so only this number of queries is scanned for. */
const scans = 200;
const answersMax = 10;
const seed = 20_260_822;

interface Subject {
  readonly size: number;
  readonly build: Build;
  readonly search: Search;
  readonly listings: readonly Listing[];
  readonly queries: readonly Query[];
  /** Milliseconds, by query and by run. */
  readonly times: number[][];
}

interface Build {
  readonly ms: number;
  readonly steps: number;
  readonly longestStepMs: number;
  readonly bytes: number;
  readonly search: Search;
}

interface Query {
  readonly kind: string;
  readonly text: string;
}

function main(): void {
  const own = readUniverse().listings;
  const cold = buildSearch(own).ms;
  const warm = median(Array.from({ length: runs }, () => buildSearch(own).ms));
  console.log(`Index of the real universe, ${own.length} securities:`);
  console.log(`  ${cold.toFixed(0)} ms at first, ${warm.toFixed(0)} ms once warm\n`);

  const subjects = sizes.map(createSubject);
  for (const { search, queries } of subjects) queries.forEach((q) => search(q.text, answersMax));
  for (let run = 0; run < runs; run++) {
    // The order alternates, so that no size always runs on the warmer machine.
    for (const subject of run % 2 ? subjects.toReversed() : subjects) measure(subject);
  }
  printSizes(subjects);
  printKinds(subjects);
  if (!holdsBounds(subjects)) Deno.exit(1);
}

function createSubject(size: number): Subject {
  const listings = createCatalog(size, createRandom(seed)).map((entry, at) => ({
    security: { ...entry, market: "us" as const, exchange: entry.exchange ?? "" },
    aliases: at % 7 === 0 ? [createWord(createRandom(at))] : [],
  }));
  const build = buildSearch(listings);
  const queries = createQueries(listings, createRandom(seed + 1));
  return { size, build, search: build.search, listings, queries, times: queries.map(() => []) };
}

function buildSearch(listings: readonly Listing[]): Build {
  const before = bytesInUse();
  let [steps, longestStepMs] = [0, 0];
  const startedAt = performance.now();
  const building = createSearchIndex(listings);
  let stepAt = startedAt;
  let step = building.next();
  for (; !step.done; step = building.next()) {
    const now = performance.now();
    longestStepMs = Math.max(longestStepMs, now - stepAt);
    stepAt = now;
    steps++;
  }
  const ms = performance.now() - startedAt;
  const [find, nearest] = [createSearch(listings, step.value), createNearest(listings, step.value)];
  const search: Search = (query, limit) => {
    const found = find(query, limit);
    return found.length > 0 ? found : nearest(query, 3);
  };
  return { ms, steps, longestStepMs, bytes: bytesInUse() - before, search };
}

function bytesInUse(): number {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** What a search without an index does: all names, each time. */
function scan(listings: readonly Listing[], text: string): readonly Listing[] {
  const query = text.toLowerCase();
  return listings.filter(({ security }) =>
    security.ticker.toLowerCase().startsWith(query) || security.name.toLowerCase().includes(query)
  ).slice(0, answersMax);
}

function scanMs({ listings, queries }: Subject): number {
  return quantile(
    queries.slice(0, scans).map(({ text }) => {
      const startedAt = performance.now();
      scan(listings, text);
      return performance.now() - startedAt;
    }),
    0.5,
  );
}

function measure({ search, queries, times }: Subject): void {
  queries.forEach(({ text }, at) => {
    const startedAt = performance.now();
    search(text, answersMax);
    times[at]!.push(performance.now() - startedAt);
  });
}

/** Words that nobody searches for. */
const hostile = [
  "a".repeat(64),
  "ab".repeat(32),
  "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f",
  "aa bb cc dd ee ff gg hh ii jj kk ll mm nn oo pp qq rr ss tt uu v",
  "Vanguard ".repeat(7),
  "\u{1F600}".repeat(32),
  "\u0000\u0007\u001b[2J",
  "\ud800".repeat(64),
  "\ufdfa".repeat(64),
  "inc corp plc ltd the and of",
];

// The queries

/** People type step by step: most searches are the first letters of a word, and each letter starts a new search. */
function createQueries(listings: readonly Listing[], random: Random): Query[] {
  return Array.from({ length: queriesPerSize }, () => {
    const { ticker, name } = pick(listings, random).security;
    const kinds: Record<string, () => string> = {
      "ticker": () => ticker,
      "ticker prefix": () => cut(ticker.toLowerCase(), random, 4),
      "name prefix": () => cut(name.toLowerCase(), random, 12),
      "name": () => name,
      "two words": () => name.split(" ").slice(0, 2).join(" "),
      "words reversed": () => name.split(" ").toReversed().join(" "),
      "common words": () => `${pick(trades, random)} ${pick(adjectives, random)}`,
      "fund words": () => `${pick(themes, random)} ${pick(issuers, random)}`,
      "several tickers": () =>
        Array.from({ length: 4 }, () => pick(listings, random).security.ticker).join(" "),
      "sound": () => respell(name.split(" ")[0]!),
      "typing error": () => misspell(name.split(" ")[0]!, random),
      "ticker typing error": () => misspell(ticker, random),
      "nonsense": () => createWord(random).split("").toReversed().join("") + "qx",
      "hostile": () => pick(hostile, random),
    };
    const weighted = ["ticker prefix", "name prefix", "name prefix", ...Object.keys(kinds)];
    const kind = pick(weighted, random);
    return { kind, text: kinds[kind]!() };
  });
}

function cut(text: string, random: Random, lengthMax: number): string {
  return text.slice(0, 1 + Math.floor(random() * Math.min(text.length, lengthMax)));
}

/** The same sound in other letters. */
function respell(word: string): string {
  return word.replace(/c(?=[aou])/gi, "k").replace(/f/gi, "ph").replace(/en\b/, "in");
}

/** Swaps two neighboring letters, removes one or adds one. */
function misspell(word: string, random: Random): string {
  const at = Math.floor(random() * Math.max(1, word.length - 1));
  const [head, letter, next, tail] = [
    word.slice(0, at),
    word[at],
    word[at + 1],
    word.slice(at + 2),
  ];
  const [a, b] = [letter ?? "", next ?? ""];
  return pick([`${head}${b}${a}${tail}`, `${head}${b}${tail}`, `${head}${a}e${b}${tail}`], random);
}

// The report

function printSizes(subjects: readonly Subject[]): void {
  const columns = [
    "Securities",
    "Index ms",
    "Steps",
    "Longest ms",
    "B a security",
    "p50 µs",
    "p99 µs",
    "Scan µs",
    "Scan / p50",
  ];
  console.log(columns.map((title) => title.padStart(13)).join(""));
  for (const subject of subjects) {
    const { size, build } = subject;
    const p50 = quantile(subject.times.map(median), 0.5);
    const scanned = scanMs(subject);
    const cells = [
      size.toLocaleString("en"),
      build.ms.toFixed(0),
      String(build.steps),
      build.longestStepMs.toFixed(1),
      (build.bytes / size).toFixed(0),
      inMicroseconds(p50),
      inMicroseconds(p99(subject)),
      inMicroseconds(scanned),
      `${(scanned / p50).toFixed(1)}x`,
    ];
    console.log(cells.map((cell) => cell.padStart(13)).join(""));
  }
}

function printKinds(subjects: readonly Subject[]): void {
  const titles = sizes.map((size) => size.toLocaleString("en").padStart(16)).join("");
  console.log(`\n${"p50 / p99 µs by kind".padEnd(23)}${titles}`);
  for (const kind of new Set(subjects[0]!.queries.map((query) => query.kind))) {
    const cells = subjects.map(({ queries, times }) => {
      const own = times.filter((_, at) => queries[at]!.kind === kind).map(median);
      const both = [0.5, 0.99].map((share) => inMicroseconds(quantile(own, share)));
      return both.join(" / ").padStart(16);
    });
    console.log(`  ${kind.padEnd(21)}${cells.join("")}`);
  }
}

function holdsBounds([small, ...larger]: readonly Subject[]): boolean {
  const growth = p99(larger[0]!) / p99(small!);
  const bytes = Math.max(...larger.map(({ build, size }) => build.bytes / size));
  const holds = growth <= growthMax && bytes <= bytesASecurityMax;
  console.log(
    `\nBounds: p99 over 12,000 is ${growth.toFixed(1)}x that over 1,000, at most ${growthMax}x; ` +
      `${bytes.toFixed(0)} bytes a security, at most ${bytesASecurityMax}: ` +
      (holds ? "they hold." : "THEY DO NOT HOLD."),
  );
  return holds;
}

function p99({ times }: Subject): number {
  return quantile(times.map(median), 0.99);
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function inMicroseconds(ms: number): string {
  return (ms * 1_000).toFixed(0);
}

main();
