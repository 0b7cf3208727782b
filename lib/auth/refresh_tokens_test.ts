import assert from "node:assert/strict";
import { newRefreshToken, newSecret, nextRefreshToken, sessionIdOf } from "./refresh_tokens.ts";

const id = "0190b1c2-0000-7000-8000-000000000000";

Deno.test("a refresh token tells its session and never the same secret twice", () => {
  const tokens = Array.from({ length: 100 }, () => newRefreshToken(id));
  assert.equal(new Set(tokens).size, 100);
  for (const token of tokens) assert.equal(sessionIdOf(token), id);
});

Deno.test("the next token depends on the one before and on the session's key, and on nothing else", async () => {
  const session = { id, rotationKey: newSecret() };
  const token = newRefreshToken(id);
  const next = await nextRefreshToken(token, session);
  assert.equal(sessionIdOf(next), id);
  assert.equal(await nextRefreshToken(token, session), next);
  assert.notEqual(await nextRefreshToken(newRefreshToken(id), session), next);
  assert.notEqual(await nextRefreshToken(token, { id, rotationKey: newSecret() }), next);
});
