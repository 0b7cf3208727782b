import assert from "node:assert/strict";
import { idOf, newSecret, newToken, nextRefreshToken } from "./secret_tokens.ts";

const id = "0190b1c2-0000-7000-8000-000000000000";

Deno.test("a refresh token tells its session and never the same secret twice", () => {
  const tokens = Array.from({ length: 100 }, () => newToken(id));
  assert.equal(new Set(tokens).size, 100);
  for (const token of tokens) assert.equal(idOf(token), id);
});

Deno.test("the next token depends on the one before and on the session's key, and on nothing else", async () => {
  const session = { id, rotationKey: newSecret() };
  const token = newToken(id);
  const next = await nextRefreshToken(token, session);
  assert.equal(idOf(next), id);
  assert.equal(await nextRefreshToken(token, session), next);
  assert.notEqual(await nextRefreshToken(newToken(id), session), next);
  assert.notEqual(await nextRefreshToken(token, { id, rotationKey: newSecret() }), next);
});
