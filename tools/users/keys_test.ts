import assert from "node:assert/strict";
import { z } from "zod";
import { assertRefusals, runTask } from "../../tests/support/task.ts";

const keySet = z.object({ keys: z.array(z.object({ x: z.string(), d: z.string() })) });

async function print(formerKeys: string) {
  const { code, output } = await runTask("keys", { env: { JWT_KEYS: formerKeys } });
  assert.equal(code, 0, output);
  return { output, ...keySet.parse(JSON.parse(output)) };
}

Deno.test("the task prints a key set, and puts the next key before it", async () => {
  const first = await print("");
  const second = await print(first.output);
  assert.equal(first.keys.length, 1);
  assert.deepEqual(second.keys.slice(1), first.keys);
  assert.notEqual(second.keys[0]?.d, first.keys[0]?.d);
});

Deno.test("each wrong use gets one sentence, without a part of a key", async (t) => {
  await assertRefusals(t, {
    name: "keys",
    cases: {
      "an argument": { args: ["--new"], sentence: /takes no arguments/ },
      "keys that are not a set": {
        env: { JWT_KEYS: '{"keys":[{"d":"secret"}]}' },
        sentence: /JWT_KEYS must be a private JWK set/,
      },
    },
  });
});
