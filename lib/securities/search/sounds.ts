// Owns the search by sound: finds the known words that are pronounced like a word. Knows no securities.

import { doubleMetaphone } from "double-metaphone";
import { namesAStepMax, type Steps, visitInSteps } from "../steps.ts";
import { type CloseWord, editDistance } from "./spelling.ts";

/** Shorter words, and words with fewer consonants, sound like too many others. */
const lettersMin = 4;
const soundsMin = 3;
/** Two respelled words may differ by one letter for each four. So vowels count, although the code of a sound omits them. */
const lettersAnEdit = 4;
/** Only the closest words are returned. */
const soundAlikesMax = 32;

/** A longer word of a query is not searched by sound. */
const lettersMax = 32;

/** Entries that have the same slot form a chain. This is far smaller in memory than a map of lists. */
interface Chains {
  /** By slot: the first entry, or -1. */
  readonly first: Int32Array;
  /** By entry: the next entry of the slot, or -1. Entry 2n and 2n + 1 are the two codes of word n. */
  readonly next: Int32Array;
}

export function* createSounds(
  words: Iterable<string>,
): Steps<(word: string) => readonly CloseWord[]> {
  const known = [...words];
  const first = new Int32Array(Math.max(1, known.length)).fill(-1);
  const next = new Int32Array(2 * known.length).fill(-1);
  yield;
  yield* visitInSteps(known, namesAStepMax, (word, position) => {
    codesOf(word).forEach((code, which) => {
      const entry = 2 * position + which;
      const slot = slotOf(code, first.length);
      next[entry] = first[slot]!;
      first[slot] = entry;
    });
  });
  return createSoundAlikes(known, { first, next });
}

function createSoundAlikes(known: readonly string[], { first, next }: Chains) {
  function* withCode(code: string): Generator<string> {
    for (let at = first[slotOf(code, first.length)]!; at >= 0; at = next[at]!) {
      const word = known[at >> 1]!;
      // Other codes may have the same slot.
      if (codesOf(word).includes(code)) yield word;
    }
  }

  return (word: string): readonly CloseWord[] => {
    const others = new Set(codesOf(word).flatMap((code) => [...withCode(code)]));
    others.delete(word);
    const respelled = respell(word);
    return Array.from(others, (other) => {
      const own = respell(other);
      const editsMax = Math.ceil(Math.max(own.length, respelled.length) / lettersAnEdit);
      const edits = editDistance(respelled, own);
      return { word: other, edits: edits + 1, isClose: edits <= editsMax };
    })
      .filter(({ isClose }) => isClose)
      .sort((a, b) => a.edits - b.edits)
      .slice(0, soundAlikesMax);
  };
}

function slotOf(code: string, slots: number): number {
  let hash = 0;
  for (let at = 0; at < code.length; at++) hash = Math.imul(hash, 31) + code.charCodeAt(at) | 0;
  return (hash >>> 0) % slots;
}

/** The one or two codes of a word's sound. None if it is too short, or not in Latin letters. */
function codesOf(word: string): string[] {
  if (word.length < lettersMin || word.length > lettersMax || !/^[a-z]+$/.test(word)) return [];
  return [...new Set(doubleMetaphone(word))].filter((code) => code.length >= soundsMin);
}

/** Letters that sound the same become the same letter: starbucks and starbux become starbuks. */
function respell(word: string): string {
  return word
    .replace(/ph/g, "f").replace(/sch/g, "sh").replace(/x/g, "ks").replace(/ck|q/g, "k")
    .replace(/c(?=[eiy])/g, "s").replace(/c(?!h)/g, "k").replace(/z/g, "s").replace(/y/g, "i")
    .replace(/(.)\1+/g, "$1").replace(/(?<=..)e(?=s?$)/, "");
}
