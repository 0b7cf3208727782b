// Owns the index of the search: the tickers, names and words of all listings. A smaller rank is a more watched security.

import { parseTicker, type Ticker } from "../../quote.ts";
import { foldTicker, foldWords, isLegalForm, withoutLegalForm } from "./fold.ts";
import { createRankedKeys, type RankedKey, type RankedKeys } from "./ranked_keys.ts";
import type { Security } from "../securities.ts";
import { createSounds } from "./sounds.ts";
import { type CloseWord, createSpelling } from "./spelling.ts";
import { namesAStepMax, type Steps, visitInSteps } from "../steps.ts";

export interface Listing {
  readonly security: Security;
  /** Other names that people use. */
  readonly aliases: readonly string[];
}

export interface SearchIndex {
  rankOf(ticker: Ticker): number | undefined;
  /** In the form of `foldTicker`, with and without the separator. */
  readonly tickers: RankedKeys;
  /** Aliases that are tickers. Most are former tickers, such as FB for META. */
  readonly otherTickers: RankedKeys;
  /** Whole names and aliases without spaces, with and without legal form and share class. */
  readonly names: RankedKeys;
  /** The same, starting at each later word, so that disney finds Walt Disney. */
  readonly laterWords: RankedKeys;
  readonly words: RankedKeys;
  wordsOf(rank: number): readonly string[];
  /** The known words that a typing error may have made of this word. */
  closeWords(word: string, extraEdits?: number): readonly CloseWord[];
  /** The known words that are pronounced like this word. */
  soundAlikes(word: string): readonly CloseWord[];
}

/** A source's names may have any length, so further words of a name are not indexed. */
const nameWordsMax = 12;
/** A name of few words is also indexed as one word, so that a query without spaces is found despite a typing error. */
const joinedWordsMax = 3;

export function* createSearchIndex(listings: readonly Listing[]): Steps<SearchIndex> {
  const found = yield* gather(listings);
  const tickers = yield* createRankedKeys(found.tickers);
  const otherTickers = yield* createRankedKeys(found.otherTickers);
  const names = yield* createRankedKeys(found.names);
  const laterWords = yield* createRankedKeys(found.laterWords);
  const words = yield* createRankedKeys(found.words);
  const closeWords = yield* createSpelling(found.nameWords);
  const soundAlikes = yield* createSounds(found.nameWords);
  return {
    ...lookups(found),
    tickers,
    otherTickers,
    names,
    laterWords,
    words,
    closeWords,
    soundAlikes,
  };
}

interface Gathered {
  readonly tickers: readonly RankedKey[];
  readonly otherTickers: readonly RankedKey[];
  readonly names: readonly RankedKey[];
  readonly laterWords: readonly RankedKey[];
  readonly words: readonly RankedKey[];
  readonly nameWords: ReadonlySet<string>;
  readonly rankOf: ReadonlyMap<Ticker, number>;
  /** All words, each once. */
  readonly distinct: readonly string[];
  /** Positions in `distinct`: the words of the first listing, of the second one, and so on. */
  readonly places: readonly number[];
  /** By rank: where the listing's places begin; then the end. */
  readonly starts: readonly number[];
}

/** The functions of the index must not share a scope with these arrays, or the arrays would stay in memory. */
function* gather(listings: readonly Listing[]): Steps<Gathered> {
  const tickers: RankedKey[] = [];
  const otherTickers: RankedKey[] = [];
  const names: RankedKey[] = [];
  const laterWords: RankedKey[] = [];
  const words: RankedKey[] = [];
  const nameWords = new Set<string>();
  const rankOf = new Map<Ticker, number>();
  const placeOf = new Map<string, number>();
  const distinct: string[] = [];
  const places: number[] = [];
  const starts = [0];

  function addName(text: string, rank: number): readonly string[] {
    const all = foldWords(text).slice(0, nameWordsMax);
    const short = withoutLegalForm(all);
    const whole = all.join("");
    const withoutForms = all.filter((word) => !isLegalForm(word)).join("");
    for (const key of new Set([whole, short.join(""), withoutForms])) names.push({ key, rank });
    for (let from = 1; from < short.length; from++) {
      if (!isLegalForm(short[from]!)) laterWords.push({ key: all.slice(from).join(""), rank });
    }
    const joined = short.length <= joinedWordsMax ? [short.join("")] : [];
    for (const word of [...short, ...joined]) nameWords.add(distinct[placeFor(word)]!);
    return [...all, ...joined];
  }

  /** Names have many words in common. Each is stored once. */
  function placeFor(word: string): number {
    const place = placeOf.get(word) ?? distinct.push(word) - 1;
    placeOf.set(word, place);
    return place;
  }

  yield* visitInSteps(listings, namesAStepMax, ({ security, aliases }, rank) => {
    rankOf.set(security.ticker, rank);
    const ticker = foldTicker(security.ticker) ?? "";
    const compact = ticker.replaceAll(".", "");
    for (const key of new Set([ticker, compact])) tickers.push({ key, rank });
    for (const alias of aliases) {
      const key = parseTicker(alias) === alias ? foldTicker(alias) : undefined;
      if (key !== undefined) otherTickers.push({ key, rank });
    }
    const ownWords = new Set([
      compact,
      ...foldWords(ticker),
      ...[security.name, ...aliases].flatMap((name) => addName(name, rank)),
    ]);
    for (const word of ownWords) {
      const place = placeFor(word);
      places.push(place);
      words.push({ key: distinct[place]!, rank });
    }
    starts.push(places.length);
  });
  const keys = { tickers, otherTickers, names, laterWords, words };
  return { ...keys, nameWords, rankOf, distinct, places, starts };
}

/** Numbers in typed arrays need 4 bytes each. Destructured here, because a function keeps all that it names in memory. */
function lookups(
  { rankOf, distinct, ...numbers }: Gathered,
): Pick<SearchIndex, "rankOf" | "wordsOf"> {
  return createLookups(rankOf, distinct, {
    places: Int32Array.from(numbers.places),
    starts: Int32Array.from(numbers.starts),
  });
}

function createLookups(
  rankOf: Gathered["rankOf"],
  distinct: readonly string[],
  { places, starts }: { places: Int32Array; starts: Int32Array },
): Pick<SearchIndex, "rankOf" | "wordsOf"> {
  return {
    rankOf: (ticker) => rankOf.get(ticker),
    wordsOf: (rank) =>
      Array.from(places.subarray(starts[rank], starts[rank + 1]), (place) => distinct[place]!),
  };
}
