// Owns the accounts of a chaos run: made once, signed in anew before their tokens end. Changes no list.

import { call } from "../support/api_client.ts";

export interface ChaosUser {
  readonly name: string;
  /** An access token that lives for some minutes more. Rejects while nobody can sign in. */
  token(): Promise<string>;
  /** The access token of one more session. Rejects likewise. */
  openSession(): Promise<string>;
  /** What must stand in no log. */
  secrets(): readonly string[];
}

/** Access tokens live 15 minutes. */
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
