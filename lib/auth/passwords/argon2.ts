// Owns Argon2id and the PHC form of its hashes. The runtime's Web Crypto computes the hashes outside the event loop.

import { timingSafeEqual } from "node:crypto";
import { StartupError } from "../../errors.ts";

export interface Phc {
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly hash: Uint8Array<ArrayBuffer>;
}

/**
 * OWASP's password storage guide lists several choices of equal strength; this one uses the most memory. glibc returns
 * blocks of 32 MiB and more to the system after each hash. Imported hashes may need smaller blocks, and glibc keeps up
 * to a GB of those, unless MALLOC_MMAP_THRESHOLD_ is set. The tasks that start the service set it.
 */
const parameters = { memory: 47_104, passes: 1, lanes: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;

/**
 * Verified if the user does not exist, so that an unknown name costs as much time as a wrong password. It has the
 * parameters above. Nobody knows its password, which was random.
 */
export const unknownUserHash =
  "$argon2id$v=19$m=47104,t=1,p=1$bfba3FUQWtCoauOWbSermQ$zTSHSinw7fNTJcmBDVZcOYORECVSWcbEgb3qSre5uV8";

const pattern =
  /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Argon2 requires at least this number of KiB for each lane. */
const memoryPerLaneMin = 8;

/** Undefined if the text is not an Argon2id hash of version 19 in PHC form. */
export function parsePhc(text: string): Phc | undefined {
  const [, m, t, p, salt = "", hash = ""] = pattern.exec(text) ?? [];
  const [memory, passes, lanes] = [Number(m), Number(t), Number(p)];
  const isValid = passes >= 1 && lanes >= 1 && memory >= memoryPerLaneMin * lanes;
  if (!isValid || !isBase64(salt) || !isBase64(hash)) return undefined;
  return {
    memory,
    passes,
    lanes,
    salt: Uint8Array.fromBase64(salt),
    hash: Uint8Array.fromBase64(hash),
  };
}

/** True if the hash does not have our present parameters: it was imported, or our parameters have changed since. */
export function isForeignHash(text: string): boolean {
  const phc = parsePhc(text);
  return phc !== undefined && (phc.memory !== parameters.memory ||
    phc.passes !== parameters.passes || phc.lanes !== parameters.lanes);
}

export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
  const hash = await argon2id(password, { ...parameters, salt }, hashBytes);
  const { memory, passes, lanes } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${base64(salt)}$${base64(hash)}`;
}

export async function verifyPassword(text: string, password: string): Promise<boolean> {
  const phc = parsePhc(text);
  if (!phc) throw new TypeError("A stored password hash is not Argon2id in PHC form");
  return timingSafeEqual(await argon2id(password, phc, phc.hash.length), phc.hash);
}

/** The hash of "probe" with the least parameters: it takes less than a millisecond. */
const probeHash =
  "$argon2id$v=19$m=8,t=1,p=1$cXVvdGVib2FyZCBwcm9iZQ$jCrUnkLrEcs6vFsp4Fl0m7PwRDjazYSr05Bew32aNoo";

/** Throws a StartupError if the runtime has no Argon2id, so that this is known before the first user signs in. */
export async function probeArgon2(): Promise<void> {
  try {
    if (await verifyPassword(probeHash, "probe")) return;
  } catch (cause) {
    throw new StartupError(missing, { cause });
  }
  throw new StartupError(missing);
}

const missing =
  "This runtime cannot hash passwords: its Web Crypto has no Argon2id. Use Deno 2.9 or a later version.";

async function argon2id(
  password: string,
  { memory, passes, lanes, salt }: Omit<Phc, "hash">,
  length: number,
): Promise<Uint8Array> {
  // TypeScript's declarations do not contain this format yet.
  const format = "raw-secret" as "raw";
  const secret = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey(format, secret, "Argon2id", false, ["deriveBits"]);
  const algorithm = {
    name: "Argon2id",
    version: 19,
    memory,
    passes,
    parallelism: lanes,
    nonce: salt,
  };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, length * 8));
}

function base64(bytes: Uint8Array): string {
  return bytes.toBase64({ omitPadding: true });
}

/** In unpadded base64 the last group never has only one character. */
function isBase64(text: string): boolean {
  return text.length % 4 !== 1;
}
