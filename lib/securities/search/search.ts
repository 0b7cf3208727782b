// Owns the search: which securities a query finds, and in which order. index.ts owns the index.

import { joinSpellings, readSymbol, type SymbolReading } from "../find_security.ts";
import { foldTicker, foldWords, withoutLegalForm } from "./fold.ts";
import type { Listing, SearchIndex } from "./index.ts";
import { type FoundSecurity, queryLengthMax } from "../securities.ts";
import { type CloseWord, tickerCorrections } from "./spelling.ts";

export type Search = (query: string, limit: number) => readonly FoundSecurity[];

/** Further words of a query are not searched one by one. The query as a whole is searched anyway. */
const wordsMax = 8;
/** Of the securities with the rarest word, at most this number are checked for the other words, the most watched first. */
const candidatesMax = 500;
/** If one word has fewer results than this, typing errors are considered. For several words: if there is no result. */
const fewResults = 3;
/** Of a query that names several tickers, the further ones are not read. */
const tickersMax = 16;
/** Securities with exactly the same name; of more, the less watched ones are left out of this pass. */
const sameNamesMax = 50;
/** A shorter first word is often an ordinary word, although a ticker has the same letters. */
const leadingTickerLettersMin = 3;

/**
 * The listings must be sorted, the most watched first. The passes run from the most certain match to the least certain
 * one. Each pass adds its results, the most watched first, until there are `limit` results. The bounds above limit each
 * pass, so its cost does not depend on the number of listings. Only the cost of typing errors grows, with the number of
 * distinct words.
 */
export function createSearch(listings: readonly Listing[], index: SearchIndex): Search {
  function search(query: string, limit: number): readonly FoundSecurity[] {
    const text = cutQuery(query);
    const words = foldWords(text);
    const phrases = phrasesOf(words);
    /** The ranks of the results, in their order. */
    const found = new Set<number>();

    /** Adds results up to the limit. True if the limit is reached. */
    function addResults(ranks: Iterable<number>): boolean {
      for (const rank of ranks) {
        if (found.size >= limit) return true;
        found.add(rank);
      }
      return found.size >= limit;
    }

    function addReadings(readings: readonly SymbolReading[]): boolean {
      return addResults(readings.flatMap((reading) => rankOf(reading) ?? []));
    }

    const closeWords = remembered((word) => index.closeWords(word));
    const closeOrAlike: Correct = (word) => [...closeWords(word), ...index.soundAlikes(word)];

    if (words.length === 0 || !(limit > 0)) return [];
    // The text as written comes first: BRKB means BRK.B only if no security has the ticker BRKB.
    const whole = read(query);
    addReadings([whole]);
    const ticker = foldTicker(text);
    if (ticker !== undefined) addResults(withTicker(ticker));
    const several = severalTickers(query);
    if (hasListSigns(query)) addReadings(several.readings);
    const named = companiesFirst(firstOf(sameNamesMax, wholeNames(phrases)));
    const isExact = found.size + named.length > 0;
    const isFull = (ticker !== undefined && addResults(index.tickers.startingWith(ticker))) ||
      addResults(named) ||
      phrases.some((phrase) => addResults(index.names.startingWith(phrase))) ||
      phrases.some((phrase) => addResults(index.laterWords.startingWith(phrase))) ||
      (several.isAll && addReadings(several.readings)) ||
      addResults(withAllWords(words));
    const isFew = found.size < (words.length > 1 ? 1 : fewResults);
    if (!isFull && !isExact && isFew) {
      addResults(withCorrections(words, { ticker, correct: closeWords }));
    }
    if (found.size === 0) addReadings(several.readings);
    if (found.size === 0) addResults(byLeadingWords(words));
    if (found.size === 0) addResults(withCorrections(words, { correct: closeOrAlike }));
    const formerTickers = new Map([whole, ...several.readings].map(withFormerTicker));
    return Array.from(found, (rank) => {
      const { security } = listings[rank]!;
      const formerTicker = formerTickers.get(rank);
      return formerTicker ? { ...security, formerTicker } : security;
    });
  }

  function read(text: string): SymbolReading {
    return readSymbol(text, (ticker) => index.rankOf(ticker) !== undefined);
  }

  function rankOf(reading: SymbolReading): number | undefined {
    return reading.kind === "found" ? index.rankOf(reading.ticker) : undefined;
  }

  function withFormerTicker(reading: SymbolReading) {
    const formerTicker = reading.kind === "found" ? reading.formerTicker : undefined;
    return [rankOf(reading), formerTicker] as const;
  }

  /** The tickers of "aapl msft nvda", in this order. `isAll`: the query has nothing else. */
  function severalTickers(query: string): { readings: SymbolReading[]; isAll: boolean } {
    const words = query.slice(0, queryLengthMax).trim().split(/[\s,;]+/).filter(Boolean);
    if (words.length < 2) return { readings: [], isAll: false };
    const all = joinSpellings(words.slice(0, tickersMax), read).map(read);
    const readings = all.filter(({ kind }) => kind === "found");
    // One ticker among other words is often an ordinary word.
    if (readings.length < 2) return { readings: [], isAll: false };
    return { readings, isAll: readings.length === all.length };
  }

  /** The name of a company may be the theme of a fund. */
  function companiesFirst(ranks: Iterable<number>): number[] {
    const isFund = (rank: number) => listings[rank]!.security.kind === "fund";
    return [...ranks].sort((a, b) => Number(isFund(a)) - Number(isFund(b)));
  }

  function* withTicker(folded: string): Generator<number> {
    yield* index.tickers.equalTo(folded);
    yield* index.otherTickers.equalTo(folded);
  }

  function* wholeNames(phrases: readonly string[]): Generator<number> {
    for (const phrase of phrases) yield* index.names.equalTo(phrase);
  }

  /** Finds securities with a word that starts with each word of the query, in any order. */
  function* withAllWords(queryWords: readonly string[]): Generator<number> {
    const words = queryWords.slice(0, wordsMax);
    if (words.length < 2 || words.every((word) => word.length === 1)) return;
    const rarest = words.reduce((a, b) => index.words.count(b) < index.words.count(a) ? b : a);
    for (const rank of firstOf(candidatesMax, index.words.startingWith(rarest))) {
      const candidates = index.wordsOf(rank);
      if (words.every((word) => candidates.some((other) => other.startsWith(word)))) yield rank;
    }
  }

  /** Securities with the fewest typing errors come first, among them the most watched. */
  function withCorrections(
    words: readonly string[],
    { ticker, correct }: { ticker?: string | undefined; correct: Correct },
  ): number[] {
    const editsOf = new Map<number, number>();
    function addCandidate(rank: number, edits: number): void {
      editsOf.set(rank, Math.min(edits, editsOf.get(rank) ?? Infinity));
    }

    for (const corrected of ticker === undefined ? [] : tickerCorrections(ticker)) {
      for (const rank of index.tickers.equalTo(corrected)) addCandidate(rank, 1);
    }
    const joined = words.join("");
    for (const queryWords of words.length > 1 ? [words.slice(0, wordsMax), [joined]] : [words]) {
      for (const [rank, edits] of withCloseWords(queryWords, correct)) addCandidate(rank, edits);
    }
    return Array.from(editsOf)
      .sort(([rankA, editsA], [rankB, editsB]) => editsA - editsB || rankA - rankB)
      .map(([rank]) => rank);
  }

  /** Finds securities with a word that starts with each word of the query, or is similar to it. */
  function* withCloseWords(
    words: readonly string[],
    correct: Correct,
  ): Generator<[rank: number, edits: number]> {
    const queryWords = words.map((word) => ({ word, corrections: correct(word) }));
    const [rarest] = queryWords.toSorted((a, b) => frequencyOf(a) - frequencyOf(b));
    if (!rarest || frequencyOf(rarest) === 0) return;
    const spellings = rarest.corrections.map(({ word }) => index.words.equalTo(word));
    for (const ranks of [index.words.startingWith(rarest.word), ...spellings]) {
      for (const rank of firstOf(candidatesMax, ranks)) {
        const candidates = index.wordsOf(rank);
        const edits = queryWords.reduce((sum, word) => sum + editsTo(candidates, word), 0);
        if (edits < Infinity) yield [rank, edits];
      }
    }
  }

  /** The number of indexed words that start with the word or with one of its corrections. */
  function frequencyOf({ word, corrections }: QueryWord): number {
    return corrections.reduce(
      (sum, other) => sum + index.words.count(other.word),
      index.words.count(word),
    );
  }

  /** If no security has all words: finds those whose whole name is the first words of the query, as in "google cloud". */
  function* byLeadingWords(words: readonly string[]): Generator<number> {
    let isNamed = false;
    for (let count = Math.min(words.length - 1, wordsMax); count > 0 && !isNamed; count--) {
      for (const rank of wholeNames(phrasesOf(words.slice(0, count)))) {
        isNamed = true;
        yield rank;
      }
    }
    const [word = ""] = words;
    const isTicker = !isNamed && words.length > 1 && word.length >= leadingTickerLettersMin;
    if (isTicker) yield* index.tickers.equalTo(word);
  }

  return search;
}

type Correct = (word: string) => readonly CloseWord[];

/** A word of the query, with the known words that it may misspell. */
interface QueryWord {
  readonly word: string;
  readonly corrections: readonly CloseWord[];
}

/** Two passes of one search need the same corrections. */
function remembered(correct: Correct): Correct {
  const known = new Map<string, readonly CloseWord[]>();
  return (word) => {
    const corrections = known.get(word) ?? correct(word);
    known.set(word, corrections);
    return corrections;
  };
}

/** Nobody writes a name like this: AAPL, MSFT; NVDA or $AAPL $MSFT. "Tesla, Inc." has one ticker at most. */
function hasListSigns(query: string): boolean {
  return /[,;]|\$\S+\s+\$/.test(query);
}

function editsTo(candidates: readonly string[], { word, corrections }: QueryWord): number {
  if (candidates.some((other) => other.startsWith(word))) return 0;
  return corrections.find((other) => candidates.includes(other.word))?.edits ?? Infinity;
}

/** In "NASDAQ:AAPL" only the text after the colon is searched. */
function cutQuery(query: string): string {
  // Cut before and after the normalization, because it may turn one character into 18.
  const text = query.trimStart().slice(0, queryLengthMax).normalize("NFKC").slice(
    0,
    queryLengthMax,
  );
  return text.replace(/^[a-z ]+:(?=.)/i, "");
}

/** The words joined without spaces: all of them, then without the legal form ("apple inc" becomes apple). */
function phrasesOf(words: readonly string[]): readonly string[] {
  return [...new Set([words.join(""), withoutLegalForm(words).join("")])];
}

function* firstOf<T>(count: number, items: Iterable<T>): Generator<T> {
  let remaining = count;
  for (const item of items) {
    if (remaining-- <= 0) return;
    yield item;
  }
}
