// Owns typing errors: the known words that a misspelt word may mean. Knows no security and no ranking.

import MiniSearch from "minisearch";

export interface CloseWord {
  readonly word: string;
  /** The number of letters added, left out, replaced or swapped with their neighbour. */
  readonly edits: number;
}

/** A shorter word is one letter away from too many other words. */
const lettersMin = 4;
/** From this length on, two errors are accepted instead of one. */
const lettersForTwoEdits = 8;
/** The longest ticker of a US exchange, plus one letter too many. */
const tickerLettersMax = 6;
/** Only the closest words are returned. */
const closeWordsMax = 32;

/**
 * The fuzzy index holds the distinct words, not the securities: a security is scored only after its word was found, so
 * that the cost grows with the vocabulary.
 */
export function createSpelling(words: Iterable<string>): (word: string) => readonly CloseWord[] {
  const known = new Set<string>();
  for (const word of words) {
    if (word.length >= lettersMin && /\p{L}/u.test(word)) known.add(word);
  }
  const longest = Array.from(known).reduce((most, { length }) => Math.max(most, length), 0);
  const index = new MiniSearch<{ word: string }>({
    fields: ["word"],
    idField: "word",
    tokenize: (text) => [text],
    processTerm: (term) => term,
  });
  index.addAll(Array.from(known, (word) => ({ word })));

  return (word) => {
    const editsMax = word.length < lettersForTwoEdits ? 1 : 2;
    // A longer word cannot be close to a known one; it would only cost time.
    if (word.length < lettersMin || word.length > longest + editsMax) return [];
    const close = new Set(swaps(word).filter((swapped) => known.has(swapped)));
    for (const { id } of index.search(word, { fuzzy: editsMax })) close.add(id);
    return Array.from(close, (other) => ({ word: other, edits: editDistance(word, other) }))
      .filter(({ edits }) => edits > 0 && edits <= editsMax)
      .sort((a, b) => a.edits - b.edits)
      .slice(0, closeWordsMax);
  };
}

/**
 * The tickers that a mistyped one may mean: one letter swapped, left out or added. Replaced letters do not count, and
 * neither do additions in short texts: almost any letters are that close to some ticker.
 */
export function tickerSlips(ticker: string): string[] {
  if (ticker.length > tickerLettersMax) return [];
  const slips = ticker.length < lettersMin - 1 ? [] : swaps(ticker);
  if (ticker.length < lettersMin) return slips;
  for (let at = 0; at <= ticker.length; at++) {
    const [head, tail] = [ticker.slice(0, at), ticker.slice(at)];
    if (tail && ticker.length > lettersMin) slips.push(head + tail.slice(1));
    for (const letter of "abcdefghijklmnopqrstuvwxyz") slips.push(head + letter + tail);
  }
  return slips;
}

/** The word with each two neighbours swapped. */
function swaps(word: string): string[] {
  const swapped: string[] = [];
  for (let at = 0; at + 1 < word.length; at++) {
    swapped.push(word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2));
  }
  return swapped;
}

/** Optimal string alignment: Levenshtein's distance in which swapped neighbours count once. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] &&
        a[row - 2] === b[column - 1];
      if (swapped) edits = Math.min(edits, beforeLast[column - 2]! + 1);
      current.push(edits);
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length]!;
}
