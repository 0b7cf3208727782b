// Owns the comparison of lists in a store with plain arrays, after any sequence of changes. store_contract.ts registers it.

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Ticker } from "../../quote.ts";
import type { Watchlist } from "../../watchlist.ts";
import type { ListRef, Store } from "../store.ts";
import type { StoreTest } from "./store_place.ts";
import { putUser, someTickers } from "./store_fixtures.ts";

type Operation =
  | { readonly kind: "add" | "remove"; readonly ticker: Ticker }
  | { readonly kind: "insert" | "move"; readonly ticker: Ticker; readonly position: number }
  | { readonly kind: "add all" | "reorder"; readonly tickers: readonly Ticker[] };

export function testListModel(test: StoreTest): void {
  const few = someTickers(6);
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    fc.record({
      kind: fc.constantFrom("add" as const, "remove" as const),
      ticker: fc.constantFrom(...few),
    }),
    fc.record({
      kind: fc.constantFrom("insert" as const, "move" as const),
      ticker: fc.constantFrom(...few),
      position: fc.nat(8),
    }),
    fc.record({
      kind: fc.constantFrom("add all" as const, "reorder" as const),
      tickers: fc.shuffledSubarray(few),
    }),
  );

  test("any sequence of changes has the same result as in an array", async (store) => {
    const check = fc.asyncProperty(
      fc.array(operation, { minLength: 1, maxLength: 25 }),
      async (operations) => {
        const { user } = await putUser(store);
        let model: readonly Ticker[] = [];
        for (const operation of operations) {
          const before = await onlyList(store, user.id);
          model = applyToArray(model, operation);
          await applyToStore(store, { userId: user.id, listId: "first", operation });
          const after = await onlyList(store, user.id);
          assert.deepEqual(after.tickers, model);
          const grown = before.tickers.join() === model.join() ? 0 : 1;
          assert.equal(after.version, before.version + grown);
        }
      },
    );
    await fc.assert(check, { numRuns: 25 });
  });
}

function applyToArray(tickers: readonly Ticker[], operation: Operation): readonly Ticker[] {
  switch (operation.kind) {
    case "add":
      return tickers.includes(operation.ticker) ? tickers : [...tickers, operation.ticker];
    case "remove":
      return tickers.filter((ticker) => ticker !== operation.ticker);
    case "insert":
    case "move": {
      const { kind, ticker, position } = operation;
      if (tickers.includes(ticker) !== (kind === "move")) return tickers;
      return tickers.filter((other) => other !== ticker).toSpliced(position, 0, ticker);
    }
    case "add all":
      return [...new Set([...tickers, ...operation.tickers])];
    case "reorder":
      return [...tickers].sort().join() === [...operation.tickers].sort().join()
        ? operation.tickers
        : tickers;
  }
}

async function applyToStore(
  store: Store,
  { operation, ...target }: ListRef & { readonly operation: Operation },
): Promise<void> {
  switch (operation.kind) {
    case "add":
    case "insert":
      return void await store.addTicker({ ...target, ...operation });
    case "add all":
      return void await store.addTickers({ ...target, ...operation });
    case "move":
      return void await store.moveTicker({ ...target, ...operation });
    case "remove":
      return void await store.removeTicker({ ...target, ...operation });
    case "reorder":
      return void await store.reorderTickers({ ...target, ...operation });
  }
}

async function onlyList(store: Store, userId: string): Promise<Watchlist> {
  const [list] = await store.lists(userId);
  assert.ok(list);
  return list;
}
