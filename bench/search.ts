// Measures the search: how its time grows with 1,000, 10,000 and 100,000 securities, and its start-up.
// Run: deno run -P=bench_alone bench/search.ts

import { parseTicker } from "../lib/quote.ts";
import { createSearch, type Search } from "../lib/securities/search/search.ts";
import { createSearchIndex, type Listing } from "../lib/securities/search/index.ts";
import { runAtOnce } from "../lib/securities/steps.ts";
import { readUniverse } from "../lib/securities/universe.ts";

const sizes = [1_000, 10_000, 100_000] as const;
/** The p99 over 10,000 securities is at most this many times the one over 1,000. */
const growthMax = 12;
const queriesPerSize = 3_000;
/** Each query counts with the median of its runs, so that a pause of the machine does not change the result. */
const runs = 5;
const answersMax = 10;
const seed = 20_260_822;

interface Subject {
  readonly size: number;
  readonly buildMs: number;
  readonly search: Search;
  readonly queries: readonly Query[];
  /** Milliseconds, by query and by run. */
  readonly times: number[][];
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
  if (!holdsBound(subjects)) Deno.exit(1);
}

function createSubject(size: number): Subject {
  const listings = createListings(size, createRandom(seed));
  const { ms, search } = buildSearch(listings);
  const queries = createQueries(listings, createRandom(seed + 1));
  return { size, buildMs: ms, search, queries, times: queries.map(() => []) };
}

function buildSearch(listings: readonly Listing[]): { ms: number; search: Search } {
  const startedAt = performance.now();
  const search = createSearch(listings, runAtOnce(createSearchIndex(listings)));
  return { ms: performance.now() - startedAt, search };
}

function measure({ search, queries, times }: Subject): void {
  queries.forEach(({ text }, at) => {
    const startedAt = performance.now();
    search(text, answersMax);
    times[at]!.push(performance.now() - startedAt);
  });
}

// The securities to search

const syllables =
  "al an ar ba be bel bor ca cer co cor da del do el en er fa fen gal ge gra ha hel im in ka ker la lan li lo lu ma mar mer mi mo na nor o or pa pel per qua ra ri ro sa sel sol sta ta tel ter tri u va ven ver vi vo wes xi ya zen"
    .split(" ");
const trades =
  "Technologies Therapeutics Pharmaceuticals Energy Resources Bancorp Financial Capital Partners Industries Systems Software Networks Semiconductor Materials Chemical Mining Gold Silver Metals Steel Oil Gas Petroleum Solar Power Electric Water Utilities Realty Properties Trust REIT Homes Hotels Resorts Restaurants Foods Beverage Brands Retail Stores Apparel Footwear Motors Automotive Airlines Logistics Shipping Railway Aerospace Defense Robotics Medical Health Biosciences Diagnostics Insurance Media Entertainment Games Education Communications Wireless Data Cloud Security Acquisition"
    .split(" ");
const adjectives =
  "American United National Global First General Pacific Atlantic Northern Southern Western Eastern Advanced Applied Digital International Universal Premier Royal Golden"
    .split(" ");
const forms = ["Inc.", "Corporation", "Holdings, Inc.", "Group Ltd.", "plc", "Co.", "N.V."];
const issuers = ["Vanguard", "iShares", "SPDR", "Invesco", "Schwab", "Fidelity", "Global X"];
const themes =
  "Total Market,S&P 500,Russell 2000,Dividend,Growth,Value,Treasury Bond,Corporate Bond,Emerging Markets,Small-Cap,Mid-Cap,High Yield,Clean Energy,Real Estate"
    .split(",");

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

type Random = () => number;

function createListings(count: number, random: Random): Listing[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, () => {
    const name = random() < 0.1 ? createFundName(random) : createCompanyName(random);
    const ticker = parseTicker(createTicker(random, taken));
    if (!ticker) throw new Error("The synthetic tickers are wrongly built.");
    const aliases = random() < 0.15 ? [createWord(random)] : [];
    return { security: { ticker, name, exchange: "NYSE", market: "us" as const }, aliases };
  });
}

function createCompanyName(random: Random): string {
  const own = createWord(random);
  const start = random() < 0.2 ? `${pick(adjectives, random)} ${own}` : own;
  const trade = random() < 0.7 ? ` ${pick(trades, random)}` : "";
  const second = random() < 0.15 ? ` & ${createWord(random)}` : "";
  return `${start}${second}${trade} ${pick(forms, random)}`;
}

function createFundName(random: Random): string {
  const [first, second] = [pick(themes, random), pick(themes, random)];
  return `${pick(issuers, random)} ${first} ${second} ETF`;
}

function createWord(random: Random): string {
  const word = Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(syllables, random))
    .join("");
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function createTicker(random: Random, taken: Set<string>): string {
  for (;;) {
    const letters = Array.from(
      { length: pick([2, 3, 3, 4, 4, 4, 5, 5], random) },
      () => String.fromCharCode(65 + Math.floor(random() * 26)),
    );
    const ticker = letters.join("") + (random() < 0.02 ? pick([".A", ".B"], random) : "");
    if (taken.has(ticker)) continue;
    taken.add(ticker);
    return ticker;
  }
}

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

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)]!;
}

/** mulberry32: a generator that returns the same numbers in each run. */
function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

// The report

function printSizes(subjects: readonly Subject[]): void {
  console.log("Securities   Index ms   p50 µs   p99 µs   Worst µs   p99 to the first row");
  const base = p99(subjects[0]!);
  for (const subject of subjects) {
    const times = subject.times.map(median);
    console.log([
      subject.size.toLocaleString("en").padStart(10),
      subject.buildMs.toFixed(0).padStart(11),
      inMicroseconds(quantile(times, 0.5)).padStart(9),
      inMicroseconds(p99(subject)).padStart(9),
      inMicroseconds(quantile(times, 1)).padStart(11),
      `${(p99(subject) / base).toFixed(1)}x`.padStart(23),
    ].join(""));
  }
}

function printKinds(subjects: readonly Subject[]): void {
  console.log(
    "\np99 µs by kind of query" +
      sizes.map((n) => `${n.toLocaleString("en")}`.padStart(10)).join(""),
  );
  for (const kind of new Set(subjects[0]!.queries.map((query) => query.kind))) {
    const cells = subjects.map(({ queries, times }) => {
      const own = times.filter((_, at) => queries[at]!.kind === kind).map(median);
      return inMicroseconds(quantile(own, 0.99)).padStart(10);
    });
    console.log(`  ${kind.padEnd(21)}${cells.join("")}`);
  }
}

function holdsBound([small, large]: readonly Subject[]): boolean {
  const growth = p99(large!) / p99(small!);
  const holds = growth <= growthMax;
  const verdict = holds ? "holds" : "DOES NOT HOLD";
  console.log(
    `\nBound: p99 over 10,000 is at most ${growthMax}x that over 1,000. It is ${
      growth.toFixed(1)
    }x: ${verdict}.`,
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
