// Owns splitting a text into the places where a ticker may stand. What is a ticker is read_list.ts's to say.

/** A text that stands where a ticker is expected. */
export interface Token {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** A comment runs to the end of its line. */
const comments = /#.*/g;
/** TradingView's sections stand between commas: `###Chips,NASDAQ:NVDA`. */
const sectionsAndComments = /###[^,]*|#.*/g;
/** Quotes too: without a header a table is read as text. */
const separators = /[,;"\s]+/;

/** One a line, or separated by commas, semicolons or blanks. */
export function textTokens(lines: readonly string[]): Token[] {
  return tokens(lines, comments);
}

export function tradingViewTokens(lines: readonly string[]): Token[] {
  return tokens(lines, sectionsAndComments);
}

function tokens(lines: readonly string[], ignored: RegExp): Token[] {
  return lines.flatMap((line, index) =>
    line.replace(ignored, "").split(separators)
      .filter((text) => text !== "")
      .map((text) => ({ line: index + 1, text }))
  );
}
