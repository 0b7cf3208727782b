// Owns folding texts for the search, so that case, accents, apostrophes and separators make no difference. Knows no security.

/** These words do not distinguish companies. */
const articles = new Set(["and", "the"]);

/** People usually omit these words at the end of a company's name. */
const legalForms = new Set(
  "inc incorporated corp corporation co company companies plc ltd limited llc lp sa nv ag se ab asa holding holdings group"
    .split(" "),
);

/** Words in lower case without accents: "Nestlé & The Co." becomes nestle, co. Articles are removed, unless there are only articles. */
export function foldWords(text: string): string[] {
  const words = foldCase(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const distinctive = words.filter((word) => !articles.has(word));
  return distinctive.length > 0 ? distinctive : words;
}

/** Removes the legal form and the share class at the end: alphabet inc class a becomes alphabet. */
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
 * The form of a ticker that is compared. The share class may have any separator: BRK.B, BRK-B, "brk b" and $BRK/B become
 * brk.b. Undefined if the text cannot be a ticker.
 */
export function foldTicker(text: string): string | undefined {
  const folded = foldCase(text).trim();
  if (!/^\$?[a-z0-9]+(?:[\s.\-/_]+[a-z0-9]+)*[\s.\-/_]*$/.test(folded)) return undefined;
  return folded.match(/[a-z0-9]+/g)?.join(".");
}

/** Removes accents and compatibility forms (NFKD), so that full-width and accented letters match plain ones. */
function foldCase(text: string): string {
  return text.replace(/['’‘`´®™]/g, "").normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
}
