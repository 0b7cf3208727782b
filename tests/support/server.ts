// Owns a real server process for the tests: started with the permissions of `deno task start`, on a free port.

import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const startTimeoutMs = 60_000;

/** The permission set of `deno task start`. */
export const servePermissions = ["--quiet", "--no-prompt", "-P=serve"];

export interface Program {
  readonly output: () => string;
  hasEnded(): boolean;
  /** Resolves when the process ends by itself. */
  ended(): Promise<Deno.CommandStatus>;
  signal(signal: Deno.Signal): void;
  /** Sends the signal and waits for the process to end. */
  stop(signal?: Deno.Signal): Promise<Deno.CommandStatus>;
}

export interface TestServer extends Program {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ServerOptions {
  readonly env?: Record<string, string>;
  readonly permissions?: readonly string[];
  /** The most files and connections that the process may have open (`ulimit -n`). */
  readonly openFilesMax?: number;
  /** For a server whose certificate only the test trusts. */
  readonly client?: Deno.HttpClient;
  /** No file of the process grows past this size: a write that does fails, as on a full disk. */
  readonly fileKbMax?: number;
}

/** Starts a program of the project in a separate process, and stores its output. */
export function startProgram(
  args: readonly string[],
  env: Record<string, string>,
  { openFilesMax, fileKbMax }: Pick<ServerOptions, "openFilesMax" | "fileKbMax"> = {},
): Program {
  const limits = [
    ...(openFilesMax === undefined ? [] : [`ulimit -n ${openFilesMax}`]),
    // Without the trap the system would end the process.
    ...(fileKbMax === undefined ? [] : [`trap '' XFSZ; ulimit -f ${fileKbMax}`]),
  ];
  const command = [Deno.execPath(), "run", ...args];
  // The shell becomes the program, so that signals reach it.
  const [program = "", ...rest] = limits.length === 0
    ? command
    : ["bash", "-c", `${limits.join("; ")}; exec "$@"`, "bash", ...command];
  const process = new Deno.Command(program, {
    args: rest,
    cwd: root,
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();

  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) output += decoder.decode(bytes, { stream: true });
  };
  const collected = Promise.all([collect(process.stdout), collect(process.stderr)]);

  let ended = false;
  const status = process.status.finally(() => ended = true);

  return {
    output: () => output,
    hasEnded: () => ended,
    async ended() {
      const result = await status;
      await collected;
      return result;
    },
    signal(signal) {
      if (!ended) process.kill(signal);
    },
    async stop(signal = "SIGTERM") {
      if (!ended) process.kill(signal);
      const result = await status;
      await collected;
      return result;
    },
  };
}

/** Resolves when the server answers `/readyz` with 200. */
export async function startServer(
  { env = {}, permissions = servePermissions, client, ...limits }: ServerOptions = {},
): Promise<TestServer> {
  const defaults = { PORT: "0", KV_PATH: ":memory:", LOG_LEVEL: "warn", DRAIN_MS: "500" };
  const program = startProgram(
    [...permissions, "main.ts"],
    { ...defaults, ...env },
    limits,
  );

  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const url = /https?:\/\/[^\s/]+:\d+/.exec(program.output())?.[0];
    if (url && await answersReady(url, client)) {
      return { ...program, url, [Symbol.asyncDispose]: async () => void await program.stop() };
    }
    if (program.hasEnded() || Date.now() > deadline) {
      await program.stop("SIGKILL");
      throw new Error(`The server did not start:\n${program.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function answersReady(url: string, client?: Deno.HttpClient): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(2_000);
    const response = await fetch(`${url}/readyz`, { signal, ...(client ? { client } : {}) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
