import assert from "node:assert/strict";
import { idOf, newSecret, newToken, nextToken } from "./secret_tokens.ts";

const id = "0190b1c2-0000-7000-8000-000000000000";

Deno.test("a refresh token tells its session and never the same secret twice", () => {
  const tokens = Array.from({ length: 100 }, () => newToken(id));
  assert.equal(new Set(tokens).size, 100);
  for (const token of tokens) assert.equal(idOf(token), id);
});

Deno.test("the next token depends on the one before and on the key, and on nothing else", async () => {
  const key = newSecret();
  const token = newToken(id);
  const next = await nextToken(token, key);
  assert.equal(idOf(next), id);
  assert.equal(await nextToken(token, key), next);
  assert.notEqual(await nextToken(newToken(id), key), next);
  assert.notEqual(await nextToken(token, newSecret()), next);
});
