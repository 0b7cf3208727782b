// Owns the kinds of variables: how a text is read, what holds when it is unset, and what the documented table shows.

/** What the documented table says of a variable. */
export interface Documented {
  readonly name: string;
  /** The text that means the same as unset; "-": there is none. */
  readonly fallback: string;
  readonly meaning: string;
}

export interface Variable<T> extends Documented {
  readonly whenUnset: T;
  /** Reports a fault with the end of a sentence that begins with the variable's name. */
  parse(text: string, report: (fault: string) => void): T;
}

interface Declaration<T> {
  readonly meaning: string;
  readonly fallback: T;
}

type OptionalDeclaration = Omit<Declaration<never>, "fallback">;

export function textVariable(name: string, declaration: Declaration<string>): Variable<string> {
  return variable(name, { ...declaration, parse: (text) => text });
}

export function optionalText(
  name: string,
  { meaning, fallback = "-" }: OptionalDeclaration & { readonly fallback?: string },
): Variable<string | undefined> {
  return { name, meaning, fallback, whenUnset: undefined, parse: (text) => text };
}

export function integer(
  name: string,
  { min, max, ...declaration }: Declaration<number> & {
    readonly min: number;
    readonly max: number;
  },
): Variable<number> {
  return variable(name, {
    ...declaration,
    parse: (text, report) => parseInteger(text, { min, max, report }) ?? declaration.fallback,
  });
}

export function optionalInteger(
  name: string,
  { min, max, meaning, fallback = "-" }: OptionalDeclaration & {
    readonly min: number;
    readonly max: number;
    readonly fallback?: string;
  },
): Variable<number | undefined> {
  return {
    name,
    meaning,
    fallback,
    whenUnset: undefined,
    parse: (text, report) => parseInteger(text, { min, max, report }),
  };
}

export function choice<const T extends string>(
  name: string,
  { choices, ...declaration }: Declaration<NoInfer<T>> & { readonly choices: readonly T[] },
): Variable<T> {
  return variable(name, {
    ...declaration,
    parse(text, report) {
      const found = choices.find((choice) => choice === text);
      if (found === undefined) report(`must be ${choices.join(" or ")}.`);
      return found ?? declaration.fallback;
    },
  });
}

/** `1` is true, `0` is the same as unset. */
export function flag(name: string, { meaning }: OptionalDeclaration): Variable<boolean> {
  const { parse } = choice(name, { meaning, choices: ["0", "1"], fallback: "0" });
  return {
    name,
    meaning,
    fallback: "-",
    whenUnset: false,
    parse: (text, report) => parse(text, report) === "1",
  };
}

export function list(
  name: string,
  declaration: Declaration<readonly string[]>,
): Variable<readonly string[]> {
  return variable(name, {
    ...declaration,
    parse(text, report) {
      const items = text.split(",").map((item) => item.trim()).filter(Boolean);
      if (items.length === 0) report("must name at least one.");
      return items;
    },
  });
}

export type Read = (name: string) => string | undefined;

export interface Environment {
  readonly read: Read;
  /** Throws if the file cannot be read. */
  readonly readFile?: (path: string) => string;
}

export interface ConfigReader {
  /**
   * The text of any variable; undefined if it is unset, empty or blank. Where NAME is unset, NAME_FILE names a file that
   * holds the text, as container runtimes hand over secrets.
   */
  readonly text: Read;
  value<T>(variable: Variable<T>): T;
  /** Undefined if both are unset; one without the other is a fault. */
  pair(
    first: Variable<string | undefined>,
    second: Variable<string | undefined>,
  ): readonly [string, string] | undefined;
  /** Takes whole sentences. No value of a variable belongs into a fault: it may be secret. */
  report(fault: string): void;
  readonly faults: readonly string[];
}

export function createConfigReader(
  { read, readFile = Deno.readTextFileSync }: Environment,
): ConfigReader {
  const faults: string[] = [];
  /** Each file is read once, so that a fault is reported once. At most one entry a variable. */
  const fileTexts = new Map<string, string | undefined>();
  const ownText: Read = (name) => read(name)?.trim() || undefined;

  function text(name: string): string | undefined {
    const path = ownText(`${name}_FILE`);
    if (path === undefined) return ownText(name);
    if (!fileTexts.has(name)) fileTexts.set(name, textOfFile(name, path));
    return fileTexts.get(name);
  }

  /** The fault does not show the path: who confuses the two variables has put the secret there. */
  function textOfFile(name: string, path: string): string | undefined {
    if (ownText(name) !== undefined) {
      faults.push(`${name} and ${name}_FILE are both set: unset one.`);
    }
    try {
      const found = readFile(path).trim();
      if (found === "") faults.push(`${name}_FILE names an empty file.`);
      return found || undefined;
    } catch {
      faults.push(`${name}_FILE names a file that cannot be read.`);
      return undefined;
    }
  }

  function value<T>({ name, whenUnset, parse }: Variable<T>): T {
    const given = text(name);
    return given === undefined
      ? whenUnset
      : parse(given, (fault) => faults.push(`${name} ${fault}`));
  }

  return {
    text,
    value,
    pair(first, second) {
      const [a, b] = [value(first), value(second)];
      if (a && b) return [a, b];
      if (a || b) faults.push(`${first.name} and ${second.name} must be set together.`);
      return undefined;
    },
    report: (fault) => void faults.push(fault),
    faults,
  };
}

function variable<T extends string | number | readonly string[]>(
  name: string,
  { meaning, fallback, parse }: Declaration<T> & Pick<Variable<T>, "parse">,
): Variable<T> {
  return { name, meaning, fallback: String(fallback) || "-", whenUnset: fallback, parse };
}

function parseInteger(
  text: string,
  { min, max, report }: { min: number; max: number; report: (fault: string) => void },
): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  report(`must be a whole number from ${min} to ${max}.`);
  return undefined;
}
