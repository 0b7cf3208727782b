// Owns how text is made comparable for the search: case, marks, apostrophes, separators. Knows no security.

/** Words that say nothing about which company is meant. */
const articles = new Set(["and", "the"]);

/** What may end a company's name without being part of how people call it. */
const legalForms = new Set(
  "inc incorporated corp corporation co company companies plc ltd limited llc lp sa nv ag se ab asa holding holdings group"
    .split(" "),
);

/** Lower-case words without marks: "Nestlé & The Co." is nestle, co. Articles go unless nothing else is left. */
export function foldWords(text: string): string[] {
  const words = foldCase(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !articles.has(word));
  return telling.length > 0 ? telling : words;
}

/** Without the legal form and share class at its end: alphabet inc class a is alphabet. */
export function withoutLegalForm(words: readonly string[]): readonly string[] {
  let end = words.length;
  while (end > 1) {
    if (legalForms.has(words[end - 1]!)) end -= 1;
    else if (end > 2 && words[end - 2] === "class" && words[end - 1]!.length === 1) end -= 2;
    else break;
  }
  return words.slice(0, end);
}

export function isLegalForm(word: string): boolean {
  return legalForms.has(word);
}

/**
 * How a ticker is compared, whatever separates the share class: BRK.B, BRK-B, "brk b" and $BRK/B are brk.b.
 * Undefined when the text cannot be a ticker.
 */
export function foldTicker(text: string): string | undefined {
  const folded = foldCase(text).trim();
  if (!/^\$?[a-z0-9]+(?:[\s.\-/_]+[a-z0-9]+)*[\s.\-/_]*$/.test(folded)) return undefined;
  return folded.match(/[a-z0-9]+/g)?.join(".");
}

/** Compatibility forms and marks go (NFKD): full-width letters and accents match plain ones. */
function foldCase(text: string): string {
  return text.replace(/['’‘`´®™]/g, "").normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
}
