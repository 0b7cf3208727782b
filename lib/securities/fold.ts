// Owns folding a text for comparison in the search: case, accents, apostrophes, separators. Knows no security.

/** Words that do not distinguish companies. */
const articles = new Set(["and", "the"]);

/** Endings of a company's name that people leave out. */
const legalForms = new Set(
  "inc incorporated corp corporation co company companies plc ltd limited llc lp sa nv ag se ab asa holding holdings group"
    .split(" "),
);

/** Lower-case words without accents: "Nestlé & The Co." is nestle, co. Articles are removed unless nothing else remains. */
export function foldWords(text: string): string[] {
  const words = foldCase(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !articles.has(word));
  return telling.length > 0 ? telling : words;
}

/** Removes the legal form and share class at the end: alphabet inc class a is alphabet. */
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
 * The compared form of a ticker, with any separator of the share class: BRK.B, BRK-B, "brk b" and $BRK/B are brk.b.
 * Undefined if the text cannot be a ticker.
 */
export function foldTicker(text: string): string | undefined {
  const folded = foldCase(text).trim();
  if (!/^\$?[a-z0-9]+(?:[\s.\-/_]+[a-z0-9]+)*[\s.\-/_]*$/.test(folded)) return undefined;
  return folded.match(/[a-z0-9]+/g)?.join(".");
}

/** Removes accents and compatibility forms (NFKD): full-width and accented letters match plain ones. */
function foldCase(text: string): string {
  return text.replace(/['’‘`´®™]/g, "").normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
}
