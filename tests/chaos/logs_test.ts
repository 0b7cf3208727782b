import assert from "node:assert/strict";
import { checkLogs, epochsTaken } from "./logs.ts";
import { createVerdict } from "./verdict.ts";

const calm = [
  "Quoteboard is at http://127.0.0.1:8000/",
  "",
  "  Storage  Postgres",
  '{"level":30,"epoch":7,"msg":"This instance polls the quote source now."}',
  '{"level":40,"msg":"The lease was lost."}',
  '{"level":50,"err":{"type":"RedisError"},"msg":"A revoked session could not be announced"}',
  '{"level":50,"msg":"The last words of a killed pro',
].join("\n");

/** A unit of which only the output matters. */
function unitThatSaid(text: string) {
  const nothing = () => Promise.resolve();
  return {
    ...{
      name: "app1",
      url: "",
      start: nothing,
      kill: nothing,
      stop: nothing,
      freeze() {},
      thaw() {},
    },
    isWell: () => true,
    output: () => text,
    outputs: () => text,
  };
}

function kindsOf(text: string): string[] {
  const verdict = createVerdict();
  checkLogs([unitThatSaid(text)], { secrets: ["a token"], verdict });
  return verdict.violations().map(({ kind }) => kind);
}

Deno.test("the log of an instance during an outage violates nothing, and shows which instance leads", () => {
  assert.deepEqual(kindsOf(calm), []);
  assert.deepEqual(epochsTaken([unitThatSaid(calm)]), [7]);
});

Deno.test("an error, a stack of the platform and a secret are found in a log", () => {
  assert.deepEqual(kindsOf(`${calm}\n{"level":50,"err":{"type":"TypeError"}}\n`), [
    "a log tells an error",
  ]);
  assert.deepEqual(kindsOf(`${calm}\nerror: Uncaught (in promise)`), ["a log tells an error"]);
  assert.deepEqual(kindsOf('{"level":30,"msg":"a token"}'), ["a secret stands in a log"]);
});
