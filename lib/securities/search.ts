// Owns the search: which securities a query finds, and in which order. Its index is search_index.ts.

import { parseTicker } from "../quote.ts";
import { foldTicker, foldWords, withoutLegalForm } from "./fold.ts";
import { createSearchIndex, type Listing } from "./search_index.ts";
import { queryLengthMax, type Security } from "./securities.ts";
import { tickerSlips } from "./spelling.ts";

export type Search = (query: string, limit: number) => readonly Security[];

/** More words of a query are not searched one by one; the query as a whole still is. */
const wordsMax = 8;
/** At most this number of securities with the rarest word is checked for the other words, most watched first. */
const candidatesMax = 500;
/** With fewer answers than this, typing errors are considered; never if several words were found together. */
const answersFew = 3;
/** A shorter leading word is often an ordinary word, not the ticker that it looks like. */
const leadingTickerLettersMin = 3;

/**
 * The listings come most watched first. The passes run from the most certain to the least certain one. Each adds its
 * findings, most watched first, until there are `limit` answers. A pass stops at the bounds above, so that its cost does
 * not depend on the number of listings; only typing errors cost more with the number of distinct words.
 */
export function createSearch(listings: readonly Listing[]): Search {
  const index = createSearchIndex(listings);

  function search(query: string, limit: number): readonly Security[] {
    const text = cutQuery(query);
    const words = foldWords(text);
    const phrases = phrasesOf(words);
    /** Ranks in the order of the answer. */
    const found = new Set<number>();

    /** True if there are enough answers. */
    function take(ranks: Iterable<number>): boolean {
      for (const rank of ranks) {
        if (found.size >= limit) return true;
        found.add(rank);
      }
      return found.size >= limit;
    }

    if (words.length === 0 || !(limit > 0)) return [];
    const ticker = foldTicker(text);
    if (ticker !== undefined) take(withTicker(text, ticker));
    const named = [...first(limit, wholeNames(phrases))];
    const isSure = found.size + named.length > 0;
    const enough = (ticker !== undefined && take(index.tickers.startingWith(ticker))) ||
      take(named) ||
      phrases.some((phrase) => take(index.names.startingWith(phrase))) ||
      phrases.some((phrase) => take(index.laterWords.startingWith(phrase))) ||
      take(withAllWords(words));
    const isFew = found.size < (words.length > 1 ? 1 : answersFew);
    if (!enough && !isSure && isFew) take(withTypingErrors(words, ticker));
    if (found.size === 0) take(byLeadingWords(words));
    return Array.from(found, (rank) => listings[rank]!.security);
  }

  /** The spelling as written comes first: BRKB is BRK.B only if no ticker is BRKB. */
  function* withTicker(text: string, folded: string): Generator<number> {
    const ticker = parseTicker(text);
    const rank = ticker && index.rankOf(ticker);
    if (rank !== undefined) yield rank;
    yield* index.tickers.equalTo(folded);
    yield* index.otherTickers.equalTo(folded);
  }

  function* wholeNames(phrases: readonly string[]): Generator<number> {
    for (const phrase of phrases) yield* index.names.equalTo(phrase);
  }

  /** Each word begins a word of the security, in any order. */
  function* withAllWords(words: readonly string[]): Generator<number> {
    const asked = words.slice(0, wordsMax);
    if (asked.length < 2 || asked.every((word) => word.length === 1)) return;
    const rarest = asked.reduce((a, b) => index.words.count(b) < index.words.count(a) ? b : a);
    for (const rank of first(candidatesMax, index.words.startingWith(rarest))) {
      const own = index.wordsOf(rank);
      if (asked.every((word) => own.some((other) => other.startsWith(word)))) yield rank;
    }
  }

  /** The fewest typing errors first, then the most watched. */
  function withTypingErrors(words: readonly string[], ticker: string | undefined): number[] {
    const editsOf = new Map<number, number>();
    function note(rank: number, edits: number): void {
      editsOf.set(rank, Math.min(edits, editsOf.get(rank) ?? Infinity));
    }

    for (const slip of ticker === undefined ? [] : tickerSlips(ticker)) {
      for (const rank of index.tickers.equalTo(slip)) note(rank, 1);
    }
    const joined = words.join("");
    for (const asked of words.length > 1 ? [words.slice(0, wordsMax), [joined]] : [words]) {
      for (const [rank, edits] of withCloseWords(asked)) note(rank, edits);
    }
    return Array.from(editsOf)
      .sort(([rankA, editsA], [rankB, editsB]) => editsA - editsB || rankA - rankB)
      .map(([rank]) => rank);
  }

  /** Each word begins a word of the security, or is close to one. */
  function* withCloseWords(words: readonly string[]): Generator<[rank: number, edits: number]> {
    const asked = words.map((word) => ({ word, close: index.closeWords(word) }));
    const [rarest] = asked.toSorted((a, b) => commonness(a) - commonness(b));
    if (!rarest || commonness(rarest) === 0) return;
    const spellings = rarest.close.map(({ word }) => index.words.equalTo(word));
    for (const ranks of [index.words.startingWith(rarest.word), ...spellings]) {
      for (const rank of first(candidatesMax, ranks)) {
        const own = index.wordsOf(rank);
        const edits = asked.reduce((sum, word) => sum + editsTo(own, word), 0);
        if (edits < Infinity) yield [rank, edits];
      }
    }
  }

  function commonness({ word, close }: Asked): number {
    return close.reduce(
      (sum, other) => sum + index.words.count(other.word),
      index.words.count(word),
    );
  }

  /** No security has all the words: finds those whose whole name is the leading words, as in "google cloud". */
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

/** A word of the query, and the known words that it may misspell. */
interface Asked {
  readonly word: string;
  readonly close: readonly { readonly word: string; readonly edits: number }[];
}

function editsTo(own: readonly string[], { word, close }: Asked): number {
  if (own.some((other) => other.startsWith(word))) return 0;
  return close.find((other) => own.includes(other.word))?.edits ?? Infinity;
}

/** "NASDAQ:AAPL" means the text after the colon. */
function cutQuery(query: string): string {
  // Twice: one character may become 18 when it is normalized.
  const text = query.trimStart().slice(0, queryLengthMax).normalize("NFKC").slice(
    0,
    queryLengthMax,
  );
  return text.replace(/^[a-z ]+:(?=.)/i, "");
}

/** The forms of a name without spaces: as asked, then without the legal form ("apple inc" is apple). */
function phrasesOf(words: readonly string[]): readonly string[] {
  return [...new Set([words.join(""), withoutLegalForm(words).join("")])];
}

function* first<T>(count: number, items: Iterable<T>): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}
