// Owns a real Postgres server for tests and benches: on its own port, in a temporary folder that is removed with it.

import { join } from "node:path";
import { freePort } from "./free_port.ts";
import { ensurePostgresBinaries } from "./postgres_binaries.ts";

export interface TestPostgres {
  /** The address for the superuser, of the database "postgres". */
  readonly url: string;
  /** `crash`: like a power cut, so that the server recovers from its log. */
  restart(how?: "fast" | "crash"): Promise<void>;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestPostgresOptions {
  /** True: writes are on the disk before they are acknowledged. False is faster. */
  readonly durable?: boolean;
  /** Further lines of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The user that runs Postgres if the tests run as root, because Postgres refuses to run as root. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const password = "secret";
const startTimeoutMs = 30_000;

/**
 * A shell script that runs the server, reads a signal, stops the server with it and removes the folder, unless it reads
 * "keep" too. It also stops the server when the tests die, because its input ends.
 */
const guard = `
  "$@" & server=$!
  read -r signal keep
  kill "-\${signal:-QUIT}" $server
  wait $server
  [ -n "$keep" ] || rm -rf "$FOLDER"`;

export async function startPostgres(
  { durable = false, settings = {} }: TestPostgresOptions = {},
): Promise<TestPostgres> {
  const binaries = await ensurePostgresBinaries();
  const owner = await ownerOf();
  const folder = await Deno.makeTempDir({ prefix: "quoteboard-postgres-" });
  const port = freePort();
  const quick = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
  const all = { ...(durable ? {} : quick), max_connections: "60", ...settings };

  async function initialize() {
    if (owner) await Deno.chown(folder, owner.uid, owner.gid);
    const passwordFile = join(folder, "password");
    await Deno.writeTextFile(passwordFile, password);
    if (owner) await Deno.chown(passwordFile, owner.uid, owner.gid);
    const { success, stderr } = await new Deno.Command(join(binaries, "initdb"), {
      args: [
        `--pgdata=${join(folder, "data")}`,
        "--username=postgres",
        "--auth=scram-sha-256",
        `--pwfile=${passwordFile}`,
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
      ],
      cwd: folder,
      ...owner,
    }).output();
    if (!success) throw new Error(`initdb failed: ${new TextDecoder().decode(stderr)}`);
  }

  function start() {
    const arguments_ = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    return startServer(join(binaries, "postgres"), {
      args: ["-D", join(folder, "data"), "-p", `${port}`, "-k", folder, ...arguments_],
      folder,
      owner,
    });
  }

  try {
    await initialize();
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
  let end = await start();
  const stop = () => end("INT");

  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async restart(how = "fast") {
      await end(how === "fast" ? "INT keep" : "QUIT keep");
      end = await start();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Resolves when the server accepts connections, with a function that sends an order to the script above. */
async function startServer(
  postgres: string,
  { args, folder, owner }: { args: string[]; folder: string; owner: Owner | undefined },
): Promise<(order: string) => Promise<void>> {
  const process = new Deno.Command("/bin/sh", {
    args: ["-c", guard, "sh", postgres, ...args],
    cwd: folder,
    env: { FOLDER: folder },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
    ...owner,
  }).spawn();

  let output = "";
  const { promise: ready, resolve } = Promise.withResolvers<boolean>();
  const read = (async () => {
    for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
      output = (output + text).slice(-10_000);
      if (output.includes("ready to accept connections")) resolve(true);
    }
    resolve(false);
  })();

  async function end(order: string) {
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${order}\n`));
    await writer.close();
    await process.status;
    await read;
  }

  const timer = setTimeout(() => resolve(false), startTimeoutMs);
  const started = await ready;
  clearTimeout(timer);
  if (started) return end;
  await end("QUIT");
  throw new Error(`Postgres did not start:\n${output}`);
}

/** Undefined: the user that runs the tests. */
async function ownerOf(): Promise<Owner | undefined> {
  if (Deno.uid() !== 0) return undefined;
  const users = (await Deno.readTextFile("/etc/passwd")).split("\n").map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const user = users.find(([candidate]) => candidate === name);
    if (user) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  throw new Error("Postgres refuses to run as root, and there is no other user to run it as.");
}
