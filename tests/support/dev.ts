// Owns a run of `deno task dev` for a test, on a copy of the tree whose files the test edits.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free_port.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const copied = [
  ...["deno.json", "deno.lock", ".npmrc", "main.ts"],
  ...["islands", "lib", "migrations", "routes", "static", "tools", "workers"],
];
/** Without the tests: the service needs none, and they repeat the texts that a test edits. */
const copyOptions = {
  recursive: true,
  filter: (path: string) => !/_test\.tsx?$/.test(path),
};
const patienceMs = 60_000;

export interface DevRun extends AsyncDisposable {
  readonly url: string;
  /** Edits the only file at this path, or below it, that contains the text. */
  edit(path: string, change: readonly [from: string, to: string]): Promise<void>;
  append(path: string, text: string): Promise<void>;
  /** Waits for output that matches and was written since the last edit. */
  says(text: RegExp): Promise<void>;
  /** Sends SIGINT, as Ctrl+C does, and waits until no process of the task is left. */
  interrupt(): Promise<void>;
}

/** Resolves when the service answers. */
export async function startDev(): Promise<DevRun> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  for (const name of copied) await cp(join(root, name), join(folder, name), copyOptions);
  await Deno.symlink(join(root, "node_modules"), join(folder, "node_modules"));

  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "dev"],
    cwd: folder,
    env: { PORT: `${port}`, NO_COLOR: "1", LOG_LEVEL: "warn", DATABASE_URL: "", KV_PATH: "" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();

  let output = "";
  async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  }
  const collected = Promise.all([collect(process.stdout), collect(process.stderr)]);
  let ended: Promise<unknown> | undefined;

  const dev: DevRun = {
    url,
    async edit(path, [from, to]) {
      const file = await fileWith(from, join(folder, path));
      output = "";
      await Deno.writeTextFile(file, (await Deno.readTextFile(file)).replace(from, () => to));
    },
    async append(path, text) {
      output = "";
      await Deno.writeTextFile(join(folder, path), text, { append: true });
    },
    says: (text) => until(() => text.test(output), () => `${text} in:\n${output}`),
    async interrupt() {
      if (!ended) process.kill("SIGINT");
      ended ??= Promise.all([process.status, collected]);
      await ended;
    },
    async [Symbol.asyncDispose]() {
      await dev.interrupt();
      await Deno.remove(folder, { recursive: true });
    },
  };
  await until(() => output.includes(url), () => `${url} in:\n${output}`);
  return dev;
}

async function fileWith(text: string, path: string): Promise<string> {
  const found: string[] = [];
  async function search(path: string): Promise<void> {
    if ((await Deno.stat(path)).isFile) {
      if ((await Deno.readTextFile(path)).includes(text)) found.push(path);
      return;
    }
    for await (const { name } of Deno.readDir(path)) await search(join(path, name));
  }
  await search(path);
  assert.equal(found.length, 1, `One file holds "${text}": ${found.join(", ")}`);
  return found[0]!;
}

async function until(holds: () => boolean, describe: () => string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!holds()) {
    assert.ok(Date.now() < deadline, describe());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
