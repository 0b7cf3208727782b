// Owns opening a Deno KV: whose it is alone, and how it is named to the operator. Knows nothing of what is in it.

import { StartupError } from "../../errors.ts";
import { lockKvFile } from "./file_lock.ts";

export interface OpenKv {
  readonly kv: Deno.Kv;
  /** "Deno KV (data/quoteboard.kv)". */
  readonly name: string;
  /** Lets another process use the file; to be called once `kv` is closed. */
  release(): void;
}

/**
 * `path` is a file, ":memory:", or a KV Connect URL; undefined: the edge platform's own. Throws a StartupError when it
 * cannot be used: no such right, in use by another process, not a KV file.
 */
export async function openKv(path: string | undefined): Promise<OpenKv> {
  const name = `Deno KV (${shownPath(path)})`;
  if (!isKvFile(path)) return { kv: await open(path), name, release() {} };
  const { release } = await lockKvFile(path);
  try {
    return { kv: await open(path), name, release };
  } catch (error) {
    release();
    throw error;
  }
}

export function isKvFile(path: string | undefined): path is string {
  return path !== undefined && path !== ":memory:" && !isUrl(path);
}

async function open(path: string | undefined): Promise<Deno.Kv> {
  try {
    return await Deno.openKv(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(`The KV store ${shownPath(path)} cannot be opened: ${reason}`, {
      cause,
    });
  }
}

function isUrl(path: string): boolean {
  return /^https?:\/\//.test(path);
}

/** A KV Connect URL is shown without what may be secret in it. */
function shownPath(path: string | undefined): string {
  if (path === undefined) return "of the platform";
  if (path === ":memory:") return "in memory";
  return isUrl(path) ? URL.parse(path)?.origin ?? "malformed address" : path;
}
