import assert from "node:assert/strict";
import { createSecretSource } from "./read_secrets.ts";

/** A terminal with a typing person, or a pipe. The `chunks` arrive one after the other. */
function fixture(chunks: string[], { isTerminal = true } = {}) {
  const modes: boolean[] = [];
  let shown = "";
  const left = chunks.map((text) => new TextEncoder().encode(text));
  const source = createSecretSource({
    isTerminal: () => isTerminal,
    setRaw: (mode) => void modes.push(mode),
    read(buffer) {
      const chunk = left.shift();
      if (!chunk) return Promise.resolve(null);
      buffer.set(chunk);
      return Promise.resolve(chunk.length);
    },
  }, (text) => shown += text);
  return { source, modes, shown: () => shown };
}

Deno.test("typed characters are read and not shown, and the terminal's mode is restored", async () => {
  const { source, modes, shown } = fixture(["p", "ä", "ss\r"]);
  assert.equal(await source.read("Password: "), "päss");
  assert.equal(shown(), "Password: \n");
  assert.deepEqual(modes, [true, false]);
});

Deno.test("a character of several bytes may arrive in parts", async () => {
  const bytes = new TextEncoder().encode("ä\r");
  const left = [bytes.slice(0, 1), bytes.slice(1)];
  const source = createSecretSource({
    isTerminal: () => true,
    setRaw() {},
    read(buffer) {
      const chunk = left.shift()!;
      buffer.set(chunk);
      return Promise.resolve(chunk.length);
    },
  }, () => {});
  assert.equal(await source.read(""), "ä");
});

Deno.test("Backspace removes the last character, other control keys do nothing", async () => {
  const { source } = fixture(["ax\x7f\x7f\x7fbd\bc\t\x1b\r"]);
  assert.equal(await source.read(""), "bc");
});

Deno.test("Ctrl+C and Ctrl+D stop the input, and the terminal's mode is restored", async () => {
  for (const key of ["\x03", "\x04"]) {
    const { source, modes } = fixture([`abc${key}`, "def\r"]);
    assert.equal(await source.read(""), undefined);
    assert.deepEqual(modes, [true, false]);
  }
});

Deno.test("several lines pasted at once answer several questions", async () => {
  const { source } = fixture(["one\rtwo\r"]);
  assert.deepEqual([await source.read(""), await source.read("")], ["one", "two"]);
});

Deno.test("a pipe delivers one secret on each line, with Unix or Windows line ends, without any prompt", async () => {
  const { source, modes, shown } = fixture(["on", "e\ntwo\r\n\nfour"], { isTerminal: false });
  const lines = [1, 2, 3, 4, 5].map(() => () => source.read("Password: "));
  const read = [];
  for (const next of lines) read.push(await next());
  assert.deepEqual(read, ["one", "two", "", "four", undefined]);
  assert.equal(shown(), "");
  assert.deepEqual(modes, []);
});
