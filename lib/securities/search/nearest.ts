// Owns the names that are nearest to a query without a result. The pages offer them, and Enter does not take them.

import { foldWords } from "./fold.ts";
import type { Listing, SearchIndex } from "./index.ts";
import { queryLengthMax, type Security } from "../securities.ts";

export type Nearest = (query: string, limit: number) => readonly Security[];

/** Further words of a query are not looked at. */
const wordsMax = 4;
/** The search allows one typing error in a short word, two in a long one. In a word of this length one more is allowed here. */
const lettersForExtraEdit = 6;

export function createNearest(listings: readonly Listing[], index: SearchIndex): Nearest {
  return (query, limit) => {
    const words = foldWords(query.slice(0, queryLengthMax)).slice(0, wordsMax);
    const near = [...new Set([...words, words.join("")])]
      .flatMap((word) => [
        { word, edits: 0 },
        ...index.closeWords(word, word.length < lettersForExtraEdit ? 0 : 1),
        ...index.soundAlikes(word),
      ])
      .sort((a, b) => a.edits - b.edits);
    const found = new Set<number>();
    for (const { word } of near) {
      for (const rank of index.words.equalTo(word)) {
        if (found.size >= limit) break;
        found.add(rank);
      }
    }
    return Array.from(found, (rank) => listings[rank]!.security);
  };
}
