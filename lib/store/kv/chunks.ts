// Owns lists of any length in Deno KV, such as the catalog: ["catalog"] names a generation, ["catalog_chunk", generation, n] have its entries.

import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../../clock.ts";
import type { KvClient } from "./client.ts";

interface Pointer {
  readonly generation: string;
  readonly chunks: number;
}

/** Measured as JSON: KV stores a character in at most two bytes, and a value has at most 64 KiB. */
const chunkCharactersMax = 28 * 1024;

/** This is 28 million characters; a longer list is refused. */
const chunksMax = 1_000;

/** A save takes seconds, so an unused chunk of this age was left by a process that died. */
const orphanAgeMs = 3_600_000;

export interface ChunkedList<T> {
  /** Replaces all entries. */
  save(entries: readonly T[]): Promise<void>;
  /** The entries of one save, never a mixture. */
  read(): Promise<T[]>;
}

export function createChunkedList<T>(
  name: string,
  { kv, clock }: { kv: KvClient; clock: Clock },
): ChunkedList<T> {
  const pointerKey = [name];
  const chunkName = `${name}_chunk`;

  /** Returns the previous pointer. */
  function replacePointer(next: Pointer): Promise<Pointer | null> {
    return kv.untilCommitted(async () => {
      const entry = await kv.get<Pointer>(pointerKey);
      const committed = await kv.commit(kv.atomic().check(entry).set(pointerKey, next));
      return committed ? entry.value : undefined;
    });
  }

  async function orphans(): Promise<Deno.KvKey[]> {
    const youngest = uuidv7({ msecs: clock.now() - orphanAgeMs });
    const selector = { prefix: [chunkName], end: [chunkName, youngest] };
    const old = await kv.range(selector, { limit: chunksMax });
    return old.map(({ key }) => key);
  }

  async function remove(keys: readonly Deno.KvKey[]): Promise<void> {
    if (keys.length === 0) return;
    await kv.commit(keys.reduce((operation, key) => operation.delete(key), kv.atomic()));
  }

  function chunkKeys({ generation, chunks }: Pointer): Deno.KvKey[] {
    return Array.from({ length: chunks }, (_, index) => [chunkName, generation, index]);
  }

  return {
    async save(entries) {
      const generation = uuidv7({ msecs: clock.now() });
      const chunks = chunksOf(entries);
      for (const [index, chunk] of chunks.entries()) {
        await kv.commit(kv.atomic().set([chunkName, generation, index], chunk));
      }
      const replaced = await replacePointer({ generation, chunks: chunks.length });
      if (replaced) await remove(chunkKeys(replaced));
      await remove(await orphans());
    },
    read() {
      return kv.untilCommitted(async () => {
        const { value: pointer } = await kv.get<Pointer>(pointerKey);
        if (pointer === null) return [];
        const prefix = [chunkName, pointer.generation];
        const chunks = await kv.range<T[]>({ prefix }, { limit: chunksMax });
        // If chunks are missing, the generation was replaced during the read: read again.
        return chunks.length === pointer.chunks ? chunks.flatMap(({ value }) => value) : undefined;
      });
    },
  };
}

function chunksOf<T>(entries: readonly T[]): T[][] {
  const chunks: T[][] = [];
  let charactersLeft = 0;
  for (const entry of entries) {
    const size = JSON.stringify(entry).length;
    if (size > charactersLeft) {
      chunks.push([]);
      charactersLeft = chunkCharactersMax;
    }
    chunks.at(-1)?.push(entry);
    charactersLeft -= size;
  }
  if (chunks.length > chunksMax) throw new RangeError("The list is too long to keep");
  return chunks;
}
