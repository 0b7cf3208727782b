import assert from "node:assert/strict";
import { Problem } from "../../../lib/errors.ts";
import { createTestApp, type TestApp } from "../../app_fixtures.ts";
import type { Form } from "../form_fields.ts";
import { act } from "./actions.ts";

/** A user's first list, and what a form does to it. */
async function withList({ signUp, deps }: TestApp) {
  const { userId } = await signUp({ tickers: ["KO", "AAPL"] });
  const list = { userId, listId: "first" } as const;
  return {
    lists: () => deps.store.lists(userId),
    tickers: async () => (await deps.store.lists(userId))[0]?.tickers,
    submit: async (form: Form) => await act(form, { list, deps }),
  };
}

const stays = { kind: "done", show: "first" };

Deno.test("a form that names no action adds its ticker, or removes the one whose button was pressed", async () => {
  await using app = await createTestApp();
  const { submit, tickers } = await withList(app);
  assert.deepEqual(await submit({ ticker: "nvda" }), stays);
  assert.deepEqual(await submit({ remove: "ko" }), stays);
  assert.deepEqual(await submit({ remove: "AAPL", ticker: "MSFT" }), stays);
  assert.deepEqual(await tickers(), ["NVDA"]);
});

Deno.test("a list is made, renamed, moved and deleted", async () => {
  await using app = await createTestApp();
  const { submit, lists } = await withList(app);
  const names = async () => (await lists()).map(({ name }) => name);
  const created = await submit({ action: "create", name: " Chips " });
  assert.deepEqual(created, { kind: "done", show: (await lists())[1]?.id });
  assert.deepEqual(await submit({ action: "rename", name: "Top" }), stays);
  assert.deepEqual(await names(), ["Top", "Chips"]);
  assert.deepEqual(await submit({ action: "move", position: "1" }), stays);
  assert.deepEqual(await names(), ["Chips", "Top"]);
  assert.deepEqual(await submit({ action: "delete" }), stays);
  assert.deepEqual(await names(), ["Top"]);
});

Deno.test("an import takes the file before the text, and reports what became of each line", async () => {
  await using app = await createTestApp();
  const { submit, tickers } = await withList(app);
  const outcome = await submit({ action: "import", file: "NVDA", text: "MSFT" });
  assert.ok(outcome.kind === "imported");
  assert.deepEqual(outcome.report, {
    added: 1,
    leftOff: 0,
    report: [{ line: 1, text: "NVDA", ticker: "NVDA", outcome: "added" }],
  });
  await submit({ action: "import", file: "", text: "MSFT" });
  assert.deepEqual(await tickers(), ["KO", "AAPL", "NVDA", "MSFT"]);
});

const refusals: [form: Form, code: string][] = [
  [{ action: "promote" }, "bad_request"],
  [{ action: "toString" }, "bad_request"],
  [{}, "unknown_ticker"],
  [{ ticker: "ZZZZ9" }, "unknown_ticker"],
  [{ remove: "" }, "not_on_list"],
  [{ remove: "no ticker!" }, "not_on_list"],
  [{ action: "create" }, "invalid_body"],
  [{ action: "rename", name: "x".repeat(61) }, "invalid_body"],
  [{ action: "move" }, "bad_request"],
  [{ action: "move", position: "51" }, "bad_request"],
  [{ action: "delete" }, "last_list"],
  [{ action: "import" }, "bad_request"],
  [{ action: "import", text: "\u0000PK" }, "bad_request"],
];

Deno.test("what is refused changes nothing", async (t) => {
  await using app = await createTestApp();
  const { submit, lists } = await withList(app);
  const before = await lists();
  for (const [form, code] of refusals) {
    await t.step(`${JSON.stringify(form).slice(0, 60)} is refused as ${code}`, async () => {
      await assert.rejects(
        submit(form),
        (error) => error instanceof Problem && error.code === code,
      );
    });
  }
  assert.deepEqual(await lists(), before);
});
