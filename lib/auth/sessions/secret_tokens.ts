// Owns the text of secret tokens: `<id>.<secret>`, for refreshing a session and resetting a password. Opaque to clients;
// the store keeps only their SHA-256.

const pattern = /^([0-9a-f-]{36})\.[A-Za-z0-9_-]{43}$/;
const secretBytes = 32;

export function newToken(id: string): string {
  return `${id}.${newSecret()}`;
}

export function newSecret(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(secretBytes)));
}

/** Undefined: not the form of such a token. */
export function idOf(token: string): string | undefined {
  return pattern.exec(token)?.[1];
}

export async function hashOf(token: string): Promise<string> {
  return base64Url(await crypto.subtle.digest("SHA-256", bytesOf(token)));
}

/**
 * The refresh token to follow another of the same session. Always the same, so that a repeated rotation answers what the
 * first one did; without the key nobody gets from an old token to the present one.
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
