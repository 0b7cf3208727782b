// Owns reading secrets from a terminal without showing them, or from a pipe, one on each line. Stores none.

export interface SecretSource {
  /** True if a person types the input: then a prompt, and asking again, makes sense. */
  readonly isTerminal: boolean;
  /** Returns undefined if there are no more secrets, or if the person stopped. */
  read(prompt: string): Promise<string | undefined>;
}

/** The part of Deno.stdin that this file uses. */
export interface SecretInput {
  isTerminal(): boolean;
  setRaw(mode: boolean): void;
  read(buffer: Uint8Array): Promise<number | null>;
}

/** Longer input is cut, because no password is that long. */
const lengthMax = 1_000;

const enter = new Set(["\r", "\n"]);
const backspace = new Set(["\b", "\x7f"]);
/** Ctrl+C and Ctrl+D. They arrive as plain characters while the terminal shows no input. */
const stop = new Set(["\x03", "\x04"]);

export function createSecretSource(
  input: SecretInput,
  write: (text: string) => void,
): SecretSource {
  const isTerminal = input.isTerminal();
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1_024);
  /** Input that was read but not returned yet, because several lines may arrive at once. */
  let characters: string[] = [];

  async function next(): Promise<string | undefined> {
    while (characters.length === 0) {
      const length = await input.read(buffer);
      if (length === null) return undefined;
      characters = [...decoder.decode(buffer.subarray(0, length), { stream: true })];
    }
    return characters.shift();
  }

  async function readTyped(): Promise<string | undefined> {
    const typed: string[] = [];
    for (;;) {
      const character = await next();
      if (character === undefined || stop.has(character)) return undefined;
      if (enter.has(character)) return typed.join("");
      if (backspace.has(character)) typed.pop();
      else if (character >= " " && typed.length < lengthMax) typed.push(character);
    }
  }

  async function readLine(): Promise<string | undefined> {
    let line = "";
    for (;;) {
      const character = await next();
      if (character === undefined) return line === "" ? undefined : line;
      if (character === "\n") return line.replace(/\r$/, "");
      if (line.length < lengthMax) line += character;
    }
  }

  return {
    isTerminal,
    async read(prompt) {
      if (!isTerminal) return await readLine();
      write(prompt);
      input.setRaw(true);
      try {
        return await readTyped();
      } finally {
        input.setRaw(false);
        write("\n");
      }
    },
  };
}
