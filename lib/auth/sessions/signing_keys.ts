// Owns the keys that sign tokens: parses a private JWK set, or creates one in the store.

import {
  calculateJwkThumbprint,
  CompactSign,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
} from "jose";
import { z } from "zod";
import { StartupError } from "../../errors.ts";
import type { SettingStore } from "../../store/store.ts";

export const signingAlgorithm = "EdDSA";

/** The name of the store's setting that contains a created key set. */
export const keySetSetting = "jwt_keys";

type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];

interface PublicJwk extends Record<string, unknown> {
  readonly kid: string;
}

export interface SigningKeys {
  /** The first key of the set. */
  readonly signing: { readonly kid: string; readonly key: Key };
  /** All keys of the set by kid, so that tokens stay valid that were signed before a change of keys. */
  readonly verifying: ReadonlyMap<string, Key>;
  readonly publicJwks: readonly PublicJwk[];
}

export interface SigningKeysOptions {
  /** The JSON text of a private JWK set. If undefined, a set is created once and kept in the store. */
  readonly jwtKeys: string | undefined;
  readonly store: SettingStore;
}

/** Throws a StartupError whose text contains no part of a key. */
export async function loadSigningKeys(
  { jwtKeys, store }: SigningKeysOptions,
): Promise<SigningKeys> {
  if (jwtKeys !== undefined) return await readKeySet(jwtKeys, "JWT_KEYS");
  const stored = await store.settingOrPut(keySetSetting, await createKeySet());
  return await readKeySet(stored, "The key set kept in the store");
}

/** Returns the JSON text of a private JWK set: a new key, then the keys of `former`. Throws a StartupError if `former` is invalid. */
export async function createKeySet(former?: string): Promise<string> {
  if (former !== undefined) await readKeySet(former, "JWT_KEYS");
  const formerKeys = former === undefined ? [] : privateKeySet.parse(JSON.parse(former)).keys;
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  const { kty, crv, x, d } = await exportJWK(privateKey);
  return JSON.stringify({ keys: [{ kty, crv, x, d }, ...formerKeys] });
}

/** 32 bytes in base64url. */
const keyText = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Removes all other members, so that none of them reaches the public set. */
const privateKeySet = z.object({
  keys: z.array(z.object({
    kty: z.literal("OKP"),
    crv: z.literal("Ed25519"),
    x: keyText,
    d: keyText,
    kid: z.string().min(1).optional(),
  })).min(1),
});

type PrivateJwk = z.infer<typeof privateKeySet>["keys"][number];

async function readKeySet(text: string, origin: string): Promise<SigningKeys> {
  try {
    const { keys } = privateKeySet.parse(JSON.parse(text));
    const pairs = await Promise.all(keys.map(importPair));
    const verifying = new Map(pairs.map(({ jwk, publicKey }) => [jwk.kid, publicKey]));
    const [first] = pairs;
    if (first && verifying.size === pairs.length) {
      const signing = { kid: first.jwk.kid, key: first.privateKey };
      return { signing, verifying, publicJwks: pairs.map(({ jwk }) => jwk) };
    }
  } catch {
    // The fault is reported below without its cause, because the message of a parser quotes a part of the key.
  }
  throw new StartupError(
    `${origin} must be a private JWK set of Ed25519 keys with different kids, ` +
      'such as {"keys":[{"kty":"OKP","crv":"Ed25519","x":"...","d":"...","kid":"..."}]}.',
  );
}

async function importPair({ kty, crv, x, d, kid: givenKid }: PrivateJwk) {
  const kid = givenKid ?? await calculateJwkThumbprint({ kty, crv, x });
  const privateKey = await importJWK({ kty, crv, x, d }, signingAlgorithm);
  const publicKey = await importJWK({ kty, crv, x }, signingAlgorithm);
  // Throws if the private half does not belong to the public half, because then every token would be refused.
  const probe = await new CompactSign(new Uint8Array(1))
    .setProtectedHeader({ alg: signingAlgorithm })
    .sign(privateKey);
  await compactVerify(probe, publicKey);
  const jwk: PublicJwk = { kty, crv, x, kid, alg: signingAlgorithm, use: "sig" };
  return { jwk, privateKey, publicKey };
}
