// Owns the accounts of a chaos run: created once, and signed in again before their tokens expire. Changes no list.

import { call } from "../support/api_client.ts";

export interface ChaosUser {
  readonly name: string;
  /** An access token that is valid for some minutes more. Rejects while sign-in fails. */
  token(): Promise<string>;
  /** Opens another session and returns its access token. Rejects while sign-in fails. */
  openSession(): Promise<string>;
  /** Texts that must not appear in any log. */
  secrets(): readonly string[];
}

/** Access tokens are valid for 15 minutes. */
const tokenMs = 10 * 60_000;
const signInTimeoutMs = 8_000;

export async function createUser(urls: readonly string[]): Promise<ChaosUser> {
  const name = `chaos_${crypto.randomUUID().slice(0, 12)}`;
  const password = `pass ${crypto.randomUUID()}`;
  const secrets = [password];
  let signedIn = { token: "", at: -Infinity };

  async function enter(path: string, url = ""): Promise<string> {
    const { status, body } = await call(`${url}${path}`, {
      json: { username: name, password },
      signal: AbortSignal.timeout(signInTimeoutMs),
    });
    if (status !== 200 && status !== 201) throw new Error(`${path} was answered ${status}.`);
    secrets.push(body.accessToken, body.refreshToken);
    return body.accessToken;
  }

  const openSession = () => enter("/api/auth/login", urls[Math.floor(Math.random() * urls.length)]);

  await enter("/api/auth/register", urls[0]);
  return {
    name,
    async token() {
      const at = Date.now();
      if (at > signedIn.at + tokenMs) signedIn = { token: await openSession(), at };
      return signedIn.token;
    },
    openSession,
    secrets: () => secrets,
  };
}
