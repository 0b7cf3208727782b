// Owns finding the program of the Redis server: an installed one, else Debian's package (as root), else Docker, else a clear error.

import { findProgram, installDebianPackage } from "./debian_package.ts";

const image = "redis:7-alpine";

/** Starts a server. It is empty, unless an earlier server saved its data in the folder. */
export type RedisCommand = (options: { port: number; folder: string }) => Deno.Command;

export async function ensureRedis(): Promise<RedisCommand> {
  const program = await installed() ?? await fromDebian();
  if (program) return ({ port, folder }) => redisServer(program, { port, folder });
  if (await findProgram(["docker"])) return ({ port }) => redisImage(port);
  throw new Error("No Redis was found nor could be installed: put redis-server on the PATH.");
}

function installed(): Promise<string | undefined> {
  return findProgram(["redis-server", "valkey-server"]);
}

async function fromDebian(): Promise<string | undefined> {
  return await installDebianPackage("redis-server") ? installed() : undefined;
}

function redisServer(program: string, { port, folder }: { port: number; folder: string }) {
  const settings = { port, bind: "127.0.0.1", dir: folder, save: "3600 1", daemonize: "no" };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return new Deno.Command(program, { args, stdout: "null", stderr: "null" });
}

function redisImage(port: number) {
  const args = ["run", "--rm", "--init", "-p", `127.0.0.1:${port}:6379`, image];
  return new Deno.Command("docker", { args, stdout: "null", stderr: "inherit" });
}
