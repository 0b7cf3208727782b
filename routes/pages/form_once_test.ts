import assert from "node:assert/strict";
import { Hono } from "hono";
import { createClock } from "../../lib/clock.ts";
import { Problem } from "../../lib/errors.ts";
import { createPartClient } from "../client_fixtures.ts";
import type { Env } from "../env.ts";
import { createFormOnce } from "./form_once.ts";

/** A form that is done when the test says so; each outcome has a number of its own. */
function slowForm() {
  let now = 0;
  const clock = { ...createClock(), now: () => now };
  const config = { trustedProxies: 1 } as Parameters<typeof createFormOnce>[0]["config"];
  const started: PromiseWithResolvers<"done" | "refused">[] = [];
  const part = new Hono<Env>();
  part.post("/", createFormOnce({ clock, config }), async (c) => {
    const place = started.push(Promise.withResolvers());
    if (await started.at(-1)!.promise === "refused") throw new Problem("unavailable");
    c.header("Set-Cookie", `done=${place}`);
    return c.redirect(`/done/${place}`, 303);
  });
  const request = createPartClient(part);
  return {
    started,
    pass: (ms: number) => now += ms,
    async send(form: Record<string, string>, address = "192.0.2.1") {
      const { status, headers } = await request("/", {
        form,
        headers: { "x-forwarded-for": address },
      });
      return [status, headers.get("location"), headers.get("set-cookie")];
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
const outcome = (place: number) => [303, `/done/${place}`, `done=${place}`];

Deno.test("a repeat waits for the first, and gets its redirect and cookies", async () => {
  const { send, started } = slowForm();
  const answers = [send({ form: "1", name: "a" }), send({ form: "1", name: "a" })];
  await settled();
  assert.equal(started.length, 1);
  started[0]!.resolve("done");
  assert.deepEqual(await Promise.all(answers), [outcome(1), outcome(1)]);
  assert.deepEqual(await send({ form: "1", name: "a" }), outcome(1));
});

Deno.test("a repeat of a refused form is tried again, one at a time", async () => {
  const { send, started } = slowForm();
  const answers = [1, 2, 3].map(() => send({ form: "1" }));
  await settled();
  started[0]!.resolve("refused");
  await settled();
  assert.equal(started.length, 2);
  started[1]!.resolve("done");
  const statuses = (await Promise.all(answers)).map(([status]) => status);
  assert.deepEqual(statuses.toSorted(), [303, 303, 503]);
  assert.equal(started.length, 2);
});

Deno.test("other fields, another id, another address and no id are forms of their own", async () => {
  const { send, started } = slowForm();
  const forms = [{ form: "1", name: "a" }, { form: "1", name: "b" }, { form: "2", name: "a" }, {}];
  const answers = [...forms, {}].map((form) => send(form));
  answers.push(send({ form: "1", name: "a" }, "192.0.2.2"));
  await settled();
  assert.equal(started.length, 6);
  for (const each of started) each.resolve("done");
  await Promise.all(answers);
});

Deno.test("after 5 minutes a repeat is a new form", async () => {
  const { send, started, pass } = slowForm();
  for (const place of [1, 2]) {
    const answer = send({ form: "1" });
    await settled();
    started[place - 1]!.resolve("done");
    assert.deepEqual(await answer, outcome(place));
    pass(5 * 60_000);
  }
});
