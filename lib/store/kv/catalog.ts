// Owns the catalog in Deno KV: ["catalog"] names a generation, ["catalog_chunk", generation, n] have its entries.

import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../../clock.ts";
import type { KvClient } from "./client.ts";
import type { CatalogEntry, CatalogStore } from "../store.ts";

interface Pointer {
  readonly generation: string;
  readonly chunks: number;
}

/** Measured as JSON: KV stores a character in at most two bytes, and a value has at most 64 KiB. */
const chunkCharactersMax = 28 * 1024;

/** This is some hundred thousand entries; a larger catalog is refused. */
const chunksMax = 1_000;

/** A save takes seconds, so an unused chunk of this age was left by a process that died. */
const orphanAgeMs = 3_600_000;

export function createKvCatalog(
  { kv, clock }: { kv: KvClient; clock: Clock },
): CatalogStore {
  const pointerKey = ["catalog"];

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
    const selector = { prefix: ["catalog_chunk"], end: ["catalog_chunk", youngest] };
    const old = await kv.range(selector, { limit: chunksMax });
    return old.map(({ key }) => key);
  }

  async function remove(keys: readonly Deno.KvKey[]): Promise<void> {
    if (keys.length === 0) return;
    await kv.commit(keys.reduce((operation, key) => operation.delete(key), kv.atomic()));
  }

  return {
    async saveCatalog(entries) {
      const generation = uuidv7({ msecs: clock.now() });
      const chunks = chunksOf(entries);
      for (const [index, chunk] of chunks.entries()) {
        await kv.commit(kv.atomic().set(["catalog_chunk", generation, index], chunk));
      }
      const replaced = await replacePointer({ generation, chunks: chunks.length });
      if (replaced) await remove(chunkKeys(replaced));
      await remove(await orphans());
    },
    catalog() {
      return kv.untilCommitted(async () => {
        const { value: pointer } = await kv.get<Pointer>(pointerKey);
        if (pointer === null) return [];
        const prefix = ["catalog_chunk", pointer.generation];
        const chunks = await kv.range<CatalogEntry[]>({ prefix }, { limit: chunksMax });
        // If chunks are missing, the generation was replaced during the read: read again.
        return chunks.length === pointer.chunks ? chunks.flatMap(({ value }) => value) : undefined;
      });
    },
  };
}

function chunksOf(entries: readonly CatalogEntry[]): CatalogEntry[][] {
  const chunks: CatalogEntry[][] = [];
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
  if (chunks.length > chunksMax) throw new RangeError("The catalog is too large to keep");
  return chunks;
}

function chunkKeys({ generation, chunks }: Pointer): Deno.KvKey[] {
  return Array.from({ length: chunks }, (_, index) => ["catalog_chunk", generation, index]);
}
