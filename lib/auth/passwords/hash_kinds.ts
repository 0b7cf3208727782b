// Owns which kinds of password hashes this store has, so that each failed check does the work of all kinds: its time tells
// neither whether the name exists nor where its hash comes from. A kind is the parameters of Argon2id.

import type { Log } from "../../log.ts";
import type { SettingStore } from "../../store/store.ts";
import { isForeignHash, parsePhc, unknownUserHash } from "./argon2.ts";
import { hashFault } from "./foreign_hashes.ts";

export interface HashKinds {
  /** Remembers the kind of an imported hash, here and in the store. */
  learn(hash: string): Promise<void>;
  /** One hash of each other kind. No password matches them. */
  decoysBeside(hash: string): string[];
}

export const kindsSetting = "foreign_hash_kinds";

/** At most this number of foreign kinds is hidden. A hash of a further kind is checked, but its time differs. */
const foreignKindsMax = 4;

/** Reads the kinds that the store has seen so far. */
export async function loadHashKinds(
  { store, log }: { store: SettingStore; log: Pick<Log, "warn"> },
): Promise<HashKinds> {
  /** Decoys by kind. Ours is the first, and the hash for unknown users is its decoy. */
  const decoys = new Map([[kindOf(unknownUserHash), unknownUserHash]]);
  let isWarned = false;

  async function stored(): Promise<string[]> {
    return JSON.parse(await store.settingOrPut(kindsSetting, "[]"));
  }

  function add(kind: string): boolean {
    const decoy = decoyOf(kind);
    if (hashFault(decoy) || decoys.has(kind) || decoys.size > foreignKindsMax) return false;
    decoys.set(kind, decoy);
    return true;
  }

  for (const kind of await stored()) add(kind);

  return {
    async learn(hash) {
      const kind = kindOf(hash);
      if (!isForeignHash(hash) || decoys.has(kind)) return;
      if (add(kind)) {
        await store.saveSetting(
          kindsSetting,
          JSON.stringify([...new Set([...await stored(), kind])]),
        );
      } else if (!isWarned) {
        isWarned = true;
        log.warn({ kind }, "The store has too many kinds of password hashes to hide them all");
      }
    },
    decoysBeside(hash) {
      const own = kindOf(hash);
      return [...decoys].filter(([kind]) => kind !== own).map(([, decoy]) => decoy);
    },
  };
}

/** A text that is not an Argon2id hash counts as one of ours. */
function kindOf(hash: string): string {
  const { memory, passes, lanes } = parsePhc(hash) ?? parsePhc(unknownUserHash)!;
  return `m=${memory},t=${passes},p=${lanes}`;
}

function decoyOf(kind: string): string {
  return unknownUserHash.replace(/m=\d+,t=\d+,p=\d+/, kind);
}
