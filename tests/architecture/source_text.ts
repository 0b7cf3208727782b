// Owns the split of a source file into code and comments. Line numbers stay; it knows TypeScript, TSX and CSS.

export interface SourceText {
  /** The source with each comment blanked. */
  readonly code: string;
  /** The source with all but the words of comments blanked. */
  readonly comments: string;
}

/** A slash after one of these begins a regular expression, not a division. */
const beforeRegExp = /(?:^|[([{,;:=!&|?+\-*%~^<>\n]|\b(?:return|case|typeof|of|in))\s*$/;
const regExp = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
/** A quote that is not closed on its line is an apostrophe in the text of a component. */
const quoted = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/y;
const comment = /\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*/y;
const blockComment = /\/\*[^]*?(?:\*\/|$)/y;

export function splitSource(text: string, { isCss = false } = {}): SourceText {
  const code: string[] = [];
  const comments: string[] = [];
  /** Braces open in each `${}`, the innermost one last. */
  const braces: number[] = [];
  let at = 0;

  function take(length: number, { isComment = false } = {}) {
    const part = text.slice(at, at + length);
    code.push(isComment ? blank(part) : part);
    comments.push(isComment ? part : blank(part));
    at += length;
  }

  function lengthOf(pattern: RegExp): number {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0].length ?? 0;
  }

  /** From a backtick, or the brace that ends a `${}`, to the next backtick or `${`. */
  function takeTemplate() {
    const length = lengthOf(/.(?:\\[^]|\$(?!\{)|[^`\\$])*(?:`|\$\{)?/ys);
    if (text.startsWith("${", at + length - 2)) braces.push(0);
    take(length);
  }

  while (at < text.length) {
    const char = text[at]!;
    const commentLength = lengthOf(isCss ? blockComment : comment);
    if (commentLength) take(commentLength, { isComment: true });
    else if (char === '"' || char === "'") take(lengthOf(quoted) || 1);
    else if (isCss) take(1);
    else if (char === "`") takeTemplate();
    else if (char === "/" && beforeRegExp.test(text.slice(Math.max(0, at - 20), at))) {
      take(lengthOf(regExp) || 1);
    } else if (char === "}" && braces.at(-1) === 0) {
      braces.pop();
      takeTemplate();
    } else {
      if (braces.length && char === "{") braces[braces.length - 1]!++;
      if (braces.length && char === "}") braces[braces.length - 1]!--;
      take(1);
    }
  }
  return { code: code.join(""), comments: comments.join("") };
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
