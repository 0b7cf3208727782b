// Owns the phrases that comments and documents must not use: a reader whose third language is English stops at them.

import { splitSource } from "./source_text.ts";
import { isProduct, isScript, type Tree } from "./tree.ts";

interface Phrase {
  readonly pattern: RegExp;
  readonly instead: string;
}

/** Blanks in a pattern fit the end of a line too. */
const phrases: readonly Phrase[] = [
  phrase("all the same(?=[.,:;)]| (?:and|as|if))", "anyway, still"),
  phrase("by then", "by that time, before that"),
  phrase("of late", "lately, recently"),
  phrase("anew", "again"),
  phrase("what (?:it|this|that) comes to", "the sum, the result"),
  phrase("so many(?![^.:;]* that\\b)", "the number: N of them"),
  phrase("whoever", "the instance, the person, the process that"),
  phrase(
    "(?<!\\bthere )(?:is|are|was|were) no(?! (?:longer|more|less|other|better|worse)\\b)",
    "is not a",
  ),
  phrase("(?:is|are|was|were|be|been) told(?! (?:to|that|otherwise)\\b)", "sent, reported, shown"),
  phrase("Redis that was away", "a Redis that restarted"),
];

/** Each as "lib/a.ts:12: of late (lately, recently)". Comments of the product, and all Markdown. */
export function phrasesIn(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) => {
    const prose = proseOf(path, text);
    if (prose === undefined) return [];
    const found = phrases.flatMap(({ pattern, instead }) =>
      [...prose.matchAll(pattern)].map(({ 0: words, index }) => ({ words, index, instead }))
    );
    return found.toSorted((a, b) => a.index - b.index).map(({ words, index, instead }) => {
      const line = prose.slice(0, index).split("\n").length;
      return `${path}:${line}: ${words.replace(/\s+/g, " ")} (${instead})`;
    });
  });
}

/** With its lines as they are in the file. Undefined: nothing in it is prose. */
function proseOf(path: string, text: string): string | undefined {
  if (path.endsWith(".md")) return text.replace(/`[^`\n]*`/g, (code) => " ".repeat(code.length));
  const isCss = path.endsWith(".css");
  if (!isProduct(path) || !(isCss || isScript(path))) return undefined;
  // The star or slashes that begin a further line of a comment would break a phrase in two.
  return splitSource(text, { isCss }).comments.replace(
    /^[ \t]*(?:\/\*+|\*+\/?|\/\/)/gm,
    (sign) => " ".repeat(sign.length),
  );
}

function phrase(words: string, instead: string): Phrase {
  return { pattern: new RegExp(`\\b${words.replaceAll(" ", "\\s+")}\\b`, "gi"), instead };
}
