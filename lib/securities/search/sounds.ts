// Owns the search by sound: finds the known words that are pronounced like a word. Knows no securities.

import { doubleMetaphone } from "double-metaphone";
import { namesAStepMax, type Steps, visitInSteps } from "../steps.ts";
import { type CloseWord, editDistance } from "./spelling.ts";

/** Shorter words, and words with fewer consonants, sound like too many others. */
const lettersMin = 4;
const soundsMin = 3;
/** Two respelled words may differ by one letter for each four. So vowels count, although the code of a sound omits them. */
const lettersAnEdit = 4;
/** Only the closest words are returned. A code with more words than this in the index is a very common sound. */
const soundAlikesMax = 32;

/** A longer word of a query is not searched by sound. */
const lettersMax = 32;

export function* createSounds(
  words: Iterable<string>,
): Steps<(word: string) => readonly CloseWord[]> {
  const wordsOf = new Map<string, string[]>();
  yield* visitInSteps(words, namesAStepMax, (word) => {
    for (const code of codesOf(word)) {
      const others = wordsOf.get(code);
      if (others) others.push(word);
      else wordsOf.set(code, [word]);
    }
  });

  return (word) => {
    const others = new Set(codesOf(word).flatMap((code) => wordsOf.get(code) ?? []));
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
