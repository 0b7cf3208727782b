import assert from "node:assert/strict";
import { probeArgon2 } from "./argon2.ts";

Deno.test("a runtime with Argon2id passes the probe; without it the start fails with one sentence", async () => {
  await probeArgon2();
  const { importKey } = crypto.subtle;
  // Stands for an older runtime: it refuses the name of the algorithm.
  crypto.subtle.importKey = () =>
    Promise.reject(new DOMException("Unrecognized", "NotSupportedError"));
  try {
    await assert.rejects(probeArgon2(), {
      name: "StartupError",
      message: /cannot hash passwords: its Web Crypto has no Argon2id\. Use Deno 2\.9/,
    });
  } finally {
    crypto.subtle.importKey = importKey;
  }
});
