// Owns the accounts of a fuzz run: two whose data must not reach anybody else, and one that may lose its session.

import assert from "node:assert/strict";
import { call } from "../support/api_client.ts";

export interface FuzzUser {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly listIds: readonly string[];
  /** Texts that only answers to this user may contain. */
  readonly secrets: readonly string[];
}

export interface FuzzUsers {
  readonly a: FuzzUser;
  readonly b: FuzzUser;
  /** Sends the requests that end sessions: sign-out, password change, deletion. */
  readonly leaver: FuzzUser;
}

export const password = "fuzzing is fair 1";

export async function registerFuzzUsers(url: string): Promise<FuzzUsers> {
  return {
    a: await registerMarked(url, "a"),
    b: await registerMarked(url, "b"),
    leaver: await registerMarked(url, "leaver"),
  };
}

async function registerMarked(url: string, name: string): Promise<FuzzUser> {
  const mark = `mark${name}${crypto.randomUUID().slice(0, 13)}`;
  const person = {
    username: `u_${mark}`,
    email: `e.${mark}@example.com`,
    firstName: `f_${mark}`,
    lastName: `l_${mark}`,
  };
  const { status, body } = await call(`${url}/api/auth/register`, {
    json: { ...person, password },
  });
  assert.equal(status, 201, JSON.stringify(body));
  const { accessToken, refreshToken, user } = body;

  for (const ticker of ["AAPL", "KO"]) {
    await call(`${url}/api/watchlist`, { json: { ticker }, token: accessToken });
  }
  const first = await call(`${url}/api/watchlist`, { token: accessToken });
  const [, firstId = ""] = /"([^":]+):/.exec(first.headers.get("etag") ?? "") ?? [];
  const more = await call(`${url}/api/watchlists`, {
    json: { name: `n_${mark}` },
    token: accessToken,
  });
  const listIds = [firstId, ...(more.status === 201 ? [String(more.body.id)] : [])];
  return {
    accessToken,
    refreshToken,
    listIds,
    secrets: [mark, user.id, accessToken, refreshToken, ...listIds],
  };
}
