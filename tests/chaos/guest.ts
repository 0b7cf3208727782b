// Owns a guest of a chaos run, who signs in before a fault and out during it: no instance may take the token any more.

import assert from "node:assert/strict";
import { call } from "../support/api_client.ts";
import { eventually } from "../support/redis_rig.ts";
import type { Verdict } from "./verdict.ts";

export interface Guest {
  signOut(): Promise<void>;
  /** Waits until every instance refuses the token, if the sign-out was acknowledged. */
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
      // Nobody is there, or too late: the caller knows what that means.
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
