// Owns Argon2id, which the runtime's Web Crypto computes off the event loop, and how a hash is written (PHC form).

import { timingSafeEqual } from "node:crypto";

export interface Phc {
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly hash: Uint8Array<ArrayBuffer>;
}

/**
 * One of the equal choices of OWASP's password storage guide: the one with the most memory. From 32 MiB on, glibc returns
 * the memory to the system after each hash. It keeps smaller blocks, which imported hashes may need, up to a GB, unless
 * MALLOC_MMAP_THRESHOLD_ is set, as the tasks that start the service do.
 */
const parameters = { memory: 47_104, passes: 1, lanes: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;

/**
 * Checked if there is no such user, so that an unknown name costs as much as a wrong password. It has the parameters
 * above; its random password was thrown away.
 */
export const unknownUserHash =
  "$argon2id$v=19$m=47104,t=1,p=1$bfba3FUQWtCoauOWbSermQ$zTSHSinw7fNTJcmBDVZcOYORECVSWcbEgb3qSre5uV8";

const pattern =
  /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Argon2 requires at least this number of KiB for each lane. */
const memoryALane = 8;

/** Undefined if the text is not an Argon2id hash of version 19 in PHC form. */
export function parsePhc(text: string): Phc | undefined {
  const [, m, t, p, salt = "", hash = ""] = pattern.exec(text) ?? [];
  const [memory, passes, lanes] = [Number(m), Number(t), Number(p)];
  const sound = passes >= 1 && lanes >= 1 && memory >= memoryALane * lanes;
  if (!sound || !isBase64(salt) || !isBase64(hash)) return undefined;
  return {
    memory,
    passes,
    lanes,
    salt: Uint8Array.fromBase64(salt),
    hash: Uint8Array.fromBase64(hash),
  };
}

/** True for a hash from elsewhere, or with earlier parameters of ours. */
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
  if (!phc) throw new TypeError("A kept password hash is not Argon2id in PHC form");
  return timingSafeEqual(await argon2id(password, phc, phc.hash.length), phc.hash);
}

async function argon2id(
  password: string,
  { memory, passes, lanes, salt }: Omit<Phc, "hash">,
  length: number,
): Promise<Uint8Array> {
  // TypeScript's declarations do not know this format yet.
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

/** Unpadded base64 never ends with a group of one character. */
function isBase64(text: string): boolean {
  return text.length % 4 !== 1;
}
