// Owns the form of tokens: signed tokens for the API and for /ws, secret tokens for a refresh and a reset. Revokes nothing.

import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Clock } from "../../clock.ts";
import type { Identity } from "../../identity.ts";
import { signingAlgorithm, type SigningKeys } from "./signing_keys.ts";

export interface Tokens {
  /** Returns the same token for the same subject and the same second. */
  access(subject: Subject, options: { issuedAt: number }): Promise<IssuedToken>;
  socket(subject: Subject): Promise<string>;
  verifyAccess(token: string): Promise<Identity | undefined>;
  verifySocket(token: string): Promise<Identity | undefined>;
}

export type Subject = Omit<Identity, "expiresAt">;

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: number;
}

export const accessTokenSeconds = 15 * 60;
const socketTokenSeconds = 60;

const issuer = "quoteboard";
const apiAudience = "quoteboard-api";
const liveAudience = "quoteboard-live";

/** The type of access tokens (RFC 9068); both audiences accept it. */
const tokenType = "at+jwt";

/** Our tokens have about 450 characters. A text longer than this bound is refused without parsing. */
const tokenLengthMax = 2_048;

export function createTokens({ keys, clock }: { keys: SigningKeys; clock: Clock }): Tokens {
  async function issue(
    { userId, username, sessionId }: Subject,
    { audience, issuedAt, seconds }: { audience: string; issuedAt: number; seconds: number },
  ): Promise<IssuedToken> {
    const iat = Math.floor(issuedAt / 1_000);
    const token = await new SignJWT({ sid: sessionId, preferred_username: username })
      .setProtectedHeader({ alg: signingAlgorithm, typ: tokenType, kid: keys.signing.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userId)
      .setIssuedAt(iat)
      .setExpirationTime(iat + seconds)
      .sign(keys.signing.key);
    return { token, expiresAt: (iat + seconds) * 1_000 };
  }

  /** Undefined for every fault of the token. The fault is not reported. */
  async function verify(token: string, audiences: string[]): Promise<JWTPayload | undefined> {
    if (token.length > tokenLengthMax) return undefined;
    try {
      const { payload } = await jwtVerify(token, ({ kid = "" }) => keyOf(kid), {
        algorithms: [signingAlgorithm],
        typ: tokenType,
        issuer,
        audience: audiences,
        currentDate: new Date(clock.now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  function keyOf(kid: string) {
    const key = keys.verifying.get(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }

  return {
    access: (subject, { issuedAt }) =>
      issue(subject, { audience: apiAudience, issuedAt, seconds: accessTokenSeconds }),
    async socket(subject) {
      const span = { issuedAt: clock.now(), seconds: socketTokenSeconds };
      return (await issue(subject, { audience: liveAudience, ...span })).token;
    },
    async verifyAccess(token) {
      const payload = await verify(token, [apiAudience]);
      return payload && identityOf(payload);
    },
    async verifySocket(token) {
      const payload = await verify(token, [apiAudience, liveAudience]);
      const identity = payload && identityOf(payload);
      if (!identity || payload.aud !== liveAudience) return identity;
      // The token's own short lifetime is for opening the socket. The sign-in lasts as long as a new access token.
      return { ...identity, expiresAt: clock.now() + accessTokenSeconds * 1_000 };
    },
  };
}

function identityOf({ sub, sid, preferred_username, exp }: JWTPayload): Identity | undefined {
  if (typeof sub !== "string" || typeof sid !== "string" || exp === undefined) return undefined;
  if (typeof preferred_username !== "string") return undefined;
  return { userId: sub, username: preferred_username, sessionId: sid, expiresAt: exp * 1_000 };
}

/** `<id>.<secret>`: opaque to clients. The store keeps only its SHA-256 hash. */
const secretPattern = /^([0-9a-f-]{36})\.[A-Za-z0-9_-]{43}$/;
const secretBytes = 32;

export function newToken(id: string): string {
  return `${id}.${newSecret()}`;
}

export function newSecret(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(secretBytes)));
}

/** Undefined if the text does not have the form of a secret token. */
export function idOf(token: string): string | undefined {
  return secretPattern.exec(token)?.[1];
}

export async function hashOf(token: string): Promise<string> {
  return base64Url(await crypto.subtle.digest("SHA-256", bytesOf(token)));
}

/**
 * The refresh token that follows this one in its session. It is derived, not random, so that a repeated rotation returns
 * the same token. Nobody can derive the present token from an old one without the key.
 */
export async function nextToken(token: string, rotationKey: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytesOf(rotationKey), algorithm, false, [
    "sign",
  ]);
  return `${idOf(token)}.${base64Url(await crypto.subtle.sign("HMAC", key, bytesOf(token)))}`;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function base64Url(bytes: Uint8Array | ArrayBuffer): string {
  return new Uint8Array(bytes).toBase64({ alphabet: "base64url", omitPadding: true });
}
