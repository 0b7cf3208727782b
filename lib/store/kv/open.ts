// Owns opening a Deno KV: locks its file, and names it for the operator. Knows no keys.

import { StartupError } from "../../errors.ts";
import { lockKvFile } from "./file_lock.ts";

export interface OpenKv {
  readonly kv: Deno.Kv;
  /** "Deno KV (data/quoteboard.kv)". */
  readonly name: string;
  /** Unlocks the file for other processes. To be called after `kv` was closed. */
  release(): void;
}

/**
 * `path` is a file, ":memory:", or a KV Connect URL; undefined: the edge platform's own. Throws a StartupError if the KV
 * cannot be used: no permission, in use by another process, not a KV file.
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

/** Shows only the origin of a KV Connect URL, because the rest may be secret. */
function shownPath(path: string | undefined): string {
  if (path === undefined) return "of the platform";
  if (path === ":memory:") return "in memory";
  return isUrl(path) ? URL.parse(path)?.origin ?? "malformed address" : path;
}
