import assert from "node:assert/strict";
import { createListLedger, type ListLedger } from "./list_ledger.ts";
import { createVerdict } from "./verdict.ts";

const add = { ticker: "AAPL", kind: "add" } as const;
const remove = { ticker: "AAPL", kind: "remove" } as const;
const lost = "an acknowledged list change was lost";

function kindsOf(story: (ledger: ListLedger) => void): string[] {
  const verdict = createVerdict();
  story(createListLedger({ user: "user", verdict }));
  return verdict.violations().map(({ kind }) => kind);
}

Deno.test("answers that agree with each other violate nothing, and neither do answers after an unknown outcome", () => {
  assert.deepEqual(
    kindsOf((ledger) => {
      ledger.done(add, 2);
      ledger.needless(add);
      ledger.done(remove, 3);
      ledger.needless(remove);
      ledger.unanswered(add);
      ledger.read({ version: 4, tickers: ["AAPL"] });
      ledger.read({ version: 4, tickers: [] });
      ledger.needless(add);
      ledger.read({ version: 4, tickers: ["AAPL", "KO"] });
    }),
    [],
  );
});

Deno.test("if an acknowledged change is missing, each kind of answer that shows it is a violation", () => {
  const stories: [string, (ledger: ListLedger) => void][] = [
    [lost, (ledger) => ledger.read({ version: 2, tickers: [] })],
    [lost, (ledger) => ledger.done(add, 3)],
    [lost, (ledger) => ledger.needless(remove)],
    ["a list's version fell", (ledger) => ledger.read({ version: 1, tickers: ["AAPL"] })],
    ["a list's version did not grow", (ledger) => ledger.done(remove, 2)],
  ];
  for (const [kind, story] of stories) {
    const kinds = kindsOf((ledger) => {
      ledger.done(add, 2);
      story(ledger);
    });
    assert.deepEqual(kinds, [kind]);
  }
});
