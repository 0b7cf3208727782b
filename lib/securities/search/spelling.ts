// Owns the correction of typing errors: finds the known words that a misspelled word may mean. Knows no securities.

import MiniSearch from "minisearch";
import { namesAStepMax, type Steps, visitInSteps } from "../steps.ts";

export interface CloseWord {
  readonly word: string;
  /** The number of letters that were added, omitted, replaced or swapped with their neighbour. */
  readonly edits: number;
}

/** A shorter word is not corrected, because too many words differ from it by one letter. */
const lettersMin = 4;
/** A word of this length or more may have two errors, a shorter one only one error. */
const lettersForTwoEdits = 8;
/** The longest ticker of a US exchange has five letters; one extra letter may be an error. */
const tickerLettersMax = 6;
/** Only the closest words are returned. */
const closeWordsMax = 32;

/**
 * The fuzzy index contains the distinct words, not the securities, so its cost grows with the number of distinct words
 * only.
 */
export function* createSpelling(
  words: Iterable<string>,
): Steps<(word: string, extraEdits?: number) => readonly CloseWord[]> {
  const known = new Set<string>();
  let lengthMax = 0;
  const index = new MiniSearch<{ word: string }>({
    fields: ["word"],
    idField: "word",
    tokenize: (text) => [text],
    processTerm: (term) => term,
  });
  yield* visitInSteps(words, namesAStepMax, (word) => {
    if (word.length < lettersMin || known.has(word) || !/\p{L}/u.test(word)) return;
    known.add(word);
    lengthMax = Math.max(lengthMax, word.length);
    index.add({ word });
  });

  return (word, extraEdits = 0) => {
    const editsMax = (word.length < lettersForTwoEdits ? 1 : 2) + extraEdits;
    // A longer word cannot be similar to a known one, so searching for it would only cost time.
    if (word.length < lettersMin || word.length > lengthMax + editsMax) return [];
    const close = new Set(swaps(word).filter((swapped) => known.has(swapped)));
    for (const { id } of index.search(word, { fuzzy: editsMax })) close.add(id);
    return Array.from(close, (other) => ({ word: other, edits: editDistance(word, other) }))
      .filter(({ edits }) => edits > 0 && edits <= editsMax)
      .sort((a, b) => a.edits - b.edits)
      .slice(0, closeWordsMax);
  };
}

/**
 * The tickers that a mistyped ticker may mean, if two letters were swapped, one was omitted or one was added. Replaced
 * letters, and additions in short texts, are not corrected, because almost any letters are so similar to some ticker.
 */
export function tickerCorrections(ticker: string): string[] {
  if (ticker.length > tickerLettersMax) return [];
  const corrections = ticker.length < lettersMin - 1 ? [] : swaps(ticker);
  if (ticker.length < lettersMin) return corrections;
  for (let at = 0; at <= ticker.length; at++) {
    const [before, after] = [ticker.slice(0, at), ticker.slice(at)];
    if (after && ticker.length > lettersMin) corrections.push(before + after.slice(1));
    for (const letter of "abcdefghijklmnopqrstuvwxyz") corrections.push(before + letter + after);
  }
  return corrections;
}

/** All words that result from swapping two neighbouring letters. */
function swaps(word: string): string[] {
  const swapped: string[] = [];
  for (let at = 0; at + 1 < word.length; at++) {
    swapped.push(word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2));
  }
  return swapped;
}

/** Optimal string alignment: Levenshtein's distance, but two swapped neighbours count as one edit. */
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
