// Owns an invented list of securities that is shaped like a real one: companies, funds, and real names that are easy to misspell.

import { parseTicker } from "../../lib/quote.ts";
import type { CatalogEntry } from "../../lib/securities/securities.ts";

/** Uniform in [0, 1). */
export type Random = () => number;

/** Real listings that universe.json does not have. Their names are easy to misspell, or funds have the same words. */
const real = `
  DNUT Krispy Kreme, Inc.; WT WisdomTree, Inc.; VRTS Virtus Investment Partners, Inc.; CAKE The Cheesecake Factory Incorporated;
  PZZA Papa John's International, Inc.; LOCO El Pollo Loco Holdings, Inc.; CBRL Cracker Barrel Old Country Store, Inc.;
  SKX Skechers U.S.A., Inc.; COLM Columbia Sportswear Company; FIZZ National Beverage Corp.;
  HAIN The Hain Celestial Group, Inc.; JACK Jack in the Box Inc.; PLAY Dave & Buster's Entertainment, Inc.`;
const realFunds = `
  DGRW WisdomTree U.S. Quality Dividend Growth Fund; VAMO Virtus AlphaSimplex Managed Futures ETF; NVDY YieldMax NVIDIA Option Income ETF;
  APLY YieldMax Apple Option Income ETF; AMZU Direxion Daily Amazon.com Bull 2X ETF; GSLC Goldman Sachs ActiveBeta U.S. Large Cap Equity ETF;
  FLQL Franklin U.S. Large Cap Multifactor Index ETF; BINC BlackRock Flexible Income ETF; STXK Strive Ford Industries Fund;
  DISO YieldMax Disney Option Income ETF; JPMO YieldMax JPMorgan Option Income ETF; BRKC YieldMax Berkshire Hathaway ETF`;

const syllables =
  "al an ar ba be bel bor ca cer co cor da del do el en er fa fen gal ge gra ha hel im in ka ker la lan li lo lu ma mar mer mi mo na nor o or pa pel per qua ra ri ro sa sel sol sta ta tel ter tri u va ven ver vi vo wes xi ya zen"
    .split(" ");
export const trades: readonly string[] =
  "Technologies Therapeutics Pharmaceuticals Energy Resources Bancorp Financial Capital Partners Industries Systems Software Networks Semiconductor Materials Chemical Mining Gold Silver Metals Steel Oil Gas Petroleum Solar Power Electric Water Utilities Realty Properties Trust REIT Homes Hotels Resorts Restaurants Foods Beverage Brands Retail Stores Apparel Footwear Motors Automotive Airlines Logistics Shipping Railway Aerospace Defense Robotics Medical Health Biosciences Diagnostics Insurance Media Entertainment Games Education Communications Wireless Data Cloud Security Acquisition"
    .split(" ");
export const adjectives: readonly string[] =
  "American United National Global First General Pacific Atlantic Northern Southern Western Eastern Advanced Applied Digital International Universal Premier Royal Golden"
    .split(" ");
const forms = ["Inc.", "Corporation", "Holdings, Inc.", "Group Ltd.", "plc", "Co.", "N.V."];
export const issuers: readonly string[] = [
  "Vanguard",
  "iShares",
  "SPDR",
  "Invesco",
  "Schwab",
  "Fidelity",
  "Global X",
];
export const themes: readonly string[] =
  "Total Market,S&P 500,Russell 2000,Dividend,Growth,Value,Treasury Bond,Corporate Bond,Emerging Markets,Small-Cap,Mid-Cap,High Yield,Clean Energy,Real Estate"
    .split(",");

/** `taken`: tickers that no invented security may have. Real names come first; a fifth of the others are funds. */
export function createCatalog(
  count: number,
  random: Random,
  taken: Iterable<string> = [],
): CatalogEntry[] {
  const used = new Set(taken);
  const rows = [
    ...rowsOf(real).map((row) => ({ ...row, kind: "share" as const })),
    ...rowsOf(realFunds).map((row) => ({ ...row, kind: "fund" as const })),
  ];
  for (const { text } of rows) used.add(text);
  while (rows.length < count) {
    const kind = random() < 0.2 ? "fund" : "share";
    const name = kind === "fund" ? createFundName(random) : createCompanyName(random);
    rows.push({ text: createTicker(random, used), name, kind });
  }
  return rows.slice(0, count).map(({ text, name, kind }) => {
    const ticker = parseTicker(text);
    if (!ticker) throw new Error(`${text} is not a ticker`);
    return { ticker, name, kind, exchange: "NYSE", currency: "USD", priceable: true };
  });
}

function rowsOf(table: string): { text: string; name: string }[] {
  return table.split(";").map((row) => {
    const [text = "", ...name] = row.trim().split(/\s+/);
    return { text, name: name.join(" ") };
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

export function createWord(random: Random): string {
  const word = Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(syllables, random))
    .join("");
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function createTicker(random: Random, used: Set<string>): string {
  for (;;) {
    const letters = Array.from(
      { length: pick([2, 3, 3, 4, 4, 4, 5, 5], random) },
      () => String.fromCharCode(65 + Math.floor(random() * 26)),
    );
    const ticker = letters.join("") + (random() < 0.02 ? pick([".A", ".B"], random) : "");
    if (used.has(ticker)) continue;
    used.add(ticker);
    return ticker;
  }
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)]!;
}

/** mulberry32: a generator that returns the same numbers in each run. */
export function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
