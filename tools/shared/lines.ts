// Owns reading a text of any length line by line, with one chunk and one line in memory. Does not interpret the lines.

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Without the line end. Undefined if the line is longer than the bound; then its text is lost. */
  readonly text: string | undefined;
}

export async function* linesOf(
  chunks: AsyncIterable<string>,
  { lengthMax }: { lengthMax: number },
): AsyncGenerator<Line> {
  let number = 0;
  let rest = "";
  let isTooLong = false;

  function line(text: string): Line {
    const fits = !isTooLong && text.length <= lengthMax;
    isTooLong = false;
    return { number: ++number, text: fits ? text.replace(/\r$/, "") : undefined };
  }

  for await (const chunk of chunks) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop() ?? "";
    for (const text of texts) yield line(text);
    if (rest.length <= lengthMax) continue;
    isTooLong = true;
    rest = "";
  }
  if (rest !== "" || isTooLong) yield line(rest);
}
