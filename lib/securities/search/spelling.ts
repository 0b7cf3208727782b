// Owns the correction of typing errors: finds the known words that a misspelled word may mean. Knows no securities.

import { keysAStepMax, namesAStepMax, sortInSteps, type Steps, visitInSteps } from "../steps.ts";

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

/** A common beginning is stored in one byte. A longer one counts as this long, which costs a little time only. */
const sharedMax = 255;

/**
 * The words are sorted, so neighbours have their first letters in common. A table of edit distances has one row for each
 * letter of a word, and the next word keeps the rows of the common letters. Where all further rows must be above the
 * allowed edits, all words with this beginning are left out.
 */
export function* createSpelling(
  words: Iterable<string>,
): Steps<(word: string, extraEdits?: number) => readonly CloseWord[]> {
  const known: string[] = [];
  yield* visitInSteps(words, namesAStepMax, (word) => {
    if (word.length >= lettersMin && /\p{L}/u.test(word)) known.push(word);
  });
  const sorted = yield* sortInSteps([...new Set(known)], (a, b) => a < b);
  const shared = new Uint8Array(sorted.length);
  yield* visitInSteps(sorted, keysAStepMax, (word, at) => {
    shared[at] = Math.min(sharedMax, sharedLetters(word, sorted[at - 1] ?? ""));
  });
  return createCloseWords(sorted, shared);
}

function createCloseWords(sorted: readonly string[], shared: Uint8Array) {
  const lengthMax = sorted.reduce((max, word) => Math.max(max, word.length), 0);

  return (word: string, extraEdits = 0): readonly CloseWord[] => {
    const editsMax = (word.length < lettersForTwoEdits ? 1 : 2) + extraEdits;
    // A longer word cannot be similar to a known one, so searching for it would only cost time.
    if (word.length < lettersMin || word.length > lengthMax + editsMax) return [];
    const extend = createTable(word, editsMax);
    const close: CloseWord[] = [];
    for (let at = 0; at < sorted.length;) {
      const other = sorted[at]!;
      const { letters, edits } = extend(other, shared[at]!);
      if (edits > 0 && edits <= editsMax) close.push({ word: other, edits });
      at++;
      while (at < sorted.length && shared[at]! >= letters) at++;
    }
    return close.sort((a, b) => a.edits - b.edits).slice(0, closeWordsMax);
  };
}

/**
 * Rows of optimal string alignment: Levenshtein's distance, but two swapped neighbours count as one edit. A cell that is
 * more than `editsMax` columns away from the diagonal must be above `editsMax`, so it is not computed.
 */
function createTable(word: string, editsMax: number) {
  const { length } = word;
  const rows: number[][] = [Array.from({ length: length + 1 }, (_, column) => column)];
  /** By row: its least number of edits. */
  const least = [0];

  /** Adds the row of the letter of `other` at `at`. */
  function addRow(other: string, at: number): void {
    const [beforeLast, last] = [rows[at - 1], rows[at]!];
    const row = rows[at + 1] ??= new Array(length + 2).fill(Infinity);
    const [from, to] = [Math.max(1, at + 1 - editsMax), Math.min(length, at + 1 + editsMax)];
    if (from === 1) row[0] = at + 1;
    let rowLeast = from === 1 ? at + 1 : Infinity;
    const letter = other.charCodeAt(at);
    const before = other.charCodeAt(at - 1);
    for (let column = from; column <= to; column++) {
      const own = word.charCodeAt(column - 1);
      let edits = Math.min(
        last[column]! + 1,
        row[column - 1]! + 1,
        last[column - 1]! + (letter === own ? 0 : 1),
      );
      const isSwapped = beforeLast !== undefined && column > 1 && before === own &&
        letter === word.charCodeAt(column - 2);
      if (isSwapped) edits = Math.min(edits, beforeLast[column - 2]! + 1);
      row[column] = edits;
      rowLeast = Math.min(rowLeast, edits);
    }
    least[at + 1] = rowLeast;
  }

  /**
   * The first `from` letters of `other` have their rows already. `letters`: a word that has this number of its first
   * letters in common cannot be closer than `editsMax`; Infinity if there is no such number.
   */
  return function extend(other: string, from: number): { letters: number; edits: number } {
    for (let at = from; at < other.length; at++) {
      addRow(other, at);
      // A swap continues from the row before the last one.
      if (least[at + 1]! > editsMax && least[at]! >= editsMax) {
        return { letters: at + 1, edits: Infinity };
      }
    }
    return { letters: Infinity, edits: rows[other.length]![length]! };
  };
}

export function editDistance(a: string, b: string): number {
  return createTable(a, Infinity)(b, 0).edits;
}

function sharedLetters(a: string, b: string): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count++;
  return count;
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
