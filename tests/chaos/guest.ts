// Owns a guest of a chaos run, who signs in before a fault and signs out during it. Afterwards no instance may accept the token.

import assert from "node:assert/strict";
import { call } from "../support/api_client.ts";
import { eventually } from "../support/redis_rig.ts";
import type { Verdict } from "./verdict.ts";

export interface Guest {
  signOut(): Promise<void>;
  /** If the sign-out was acknowledged, waits until every instance refuses the token. */
  checkRefused(withinMs: number): Promise<void>;
}

const answerTimeoutMs = 8_000;

export function createGuest(
  { token, urls, verdict }: { token: string; urls: readonly string[]; verdict: Verdict },
): Guest {
  let isOut = false;

  async function ask(url: string, path: string, method = "GET"): Promise<number | undefined> {
    try {
      const signal = AbortSignal.timeout(answerTimeoutMs);
      return (await call(`${url}${path}`, { method, token, signal })).status;
    } catch {
      // The instance did not answer in time. The caller handles it.
      return undefined;
    }
  }

  return {
    async signOut() {
      const url = urls[Math.floor(Math.random() * urls.length)] ?? "";
      isOut = await ask(url, "/api/auth/logout", "POST") === 204;
    },
    async checkRefused(withinMs) {
      if (!isOut) return;
      for (const url of urls) {
        try {
          await eventually(async () => assert.equal(await ask(url, "/api/me"), 401), { withinMs });
        } catch {
          verdict.breach("a token was taken after its session was signed out", url);
        }
      }
    },
  };
}
