import fc from "fast-check";
import assert from "node:assert/strict";
import { ticker } from "../bus/bus_fixtures.ts";
import type { Demand } from "../interest/interest.ts";
import type { Ticker } from "../quote.ts";
import { createRegistry } from "./registry.ts";

const create = () => createRegistry<string, { ticker: Ticker }>((ticker) => ({ ticker }));
const [a, b, c] = [ticker("A"), ticker("B"), ticker("C")];

Deno.test("the first and the last viewer of a ticker change the demand, those between do not", () => {
  const registry = create();
  assert.deepEqual(registry.watch("ann", [a], { signedIn: false }), [
    { ticker: a, from: "none", to: "anonymous" },
  ]);
  assert.deepEqual(registry.watch("bob", [a], { signedIn: false }), []);
  assert.deepEqual(registry.release("ann"), []);
  assert.deepEqual(registry.release("bob"), [{ ticker: a, from: "anonymous", to: "none" }]);
});

Deno.test("a viewer that signs in raises the demand for its tickers", () => {
  const registry = create();
  registry.watch("ann", [a, b], { signedIn: false });
  assert.deepEqual(registry.watch("ann", [b, c], { signedIn: true }), [
    { ticker: a, from: "anonymous", to: "none" },
    { ticker: b, from: "anonymous", to: "signedIn" },
    { ticker: c, from: "none", to: "signedIn" },
  ]);
});

Deno.test("a ticker keeps its slot while it has viewers, and gets a new one afterwards", () => {
  const registry = create();
  registry.watch("ann", [a], { signedIn: false });
  const slot = registry.slot(a);
  registry.watch("bob", [a, b], { signedIn: true });
  registry.release("ann");
  assert.equal(registry.slot(a), slot);
  assert.equal(registry.slotsOf("bob")?.[0], slot);
  registry.release("bob");
  registry.watch("bob", [a], { signedIn: true });
  assert.notEqual(registry.slot(a), slot);
});

Deno.test("a viewer whose ticker does not count sees it without demand, until a viewer comes for whom it counts", () => {
  const registry = create();
  const uncounted = new Set([a]);
  assert.deepEqual(registry.watch("ann", [a], { signedIn: false, uncounted }), []);
  assert.equal(registry.slot(a)?.ticker, a);
  const [transition] = registry.watch("bob", [a], { signedIn: false });
  assert.deepEqual(transition, { ticker: a, from: "none", to: "anonymous" });
  registry.release("bob");
  assert.equal(registry.slot(a)?.ticker, a);
  assert.deepEqual(registry.watch("ann", [a], { signedIn: false }), [
    { ticker: a, from: "none", to: "anonymous" },
  ]);
});

interface Watched {
  tickers: Set<Ticker>;
  signedIn: boolean;
}

function modelDemand(model: ReadonlyMap<string, Watched>, ticker: Ticker): Demand {
  const viewers = [...model.values()].filter(({ tickers }) => tickers.has(ticker));
  if (viewers.some(({ signedIn }) => signedIn)) return "signedIn";
  return viewers.length > 0 ? "anonymous" : "none";
}

Deno.test("after any operations the registry agrees with a naive model", () => {
  const tickers = ["A", "B", "C", "D", "E"].map(ticker);
  const operation = fc.record({
    viewer: fc.constantFrom("ann", "bob", "cid", "dan"),
    tickers: fc.array(fc.constantFrom(...tickers), { maxLength: 8 }),
    signedIn: fc.boolean(),
    releases: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const registry = create();
      const model = new Map<string, Watched>();
      for (const { viewer, tickers: watched, signedIn, releases } of operations) {
        const before = new Map(tickers.map((one) => [one, modelDemand(model, one)]));
        const transitions = releases
          ? registry.release(viewer)
          : registry.watch(viewer, watched, { signedIn });
        if (releases) model.delete(viewer);
        else model.set(viewer, { tickers: new Set(watched), signedIn });

        const expected = tickers
          .map((one) => ({ ticker: one, from: before.get(one), to: modelDemand(model, one) }))
          .filter(({ from, to }) => from !== to);
        const byTicker = (x: { ticker: string }, y: { ticker: string }) =>
          x.ticker < y.ticker ? -1 : 1;
        assert.deepEqual([...transitions].sort(byTicker), expected);

        for (const one of tickers) {
          const viewers = [...model].filter(([, { tickers }]) => tickers.has(one));
          assert.deepEqual([...registry.viewers(one)].sort(), viewers.map(([name]) => name).sort());
          assert.equal(registry.slot(one)?.ticker, viewers.length > 0 ? one : undefined);
        }
        for (const name of ["ann", "bob", "cid", "dan"]) {
          const watched = [...model.get(name)?.tickers ?? []];
          assert.deepEqual(registry.slotsOf(name)?.map((slot) => slot.ticker) ?? [], watched);
        }
        const viewed = tickers.filter((one) => modelDemand(model, one) !== "none");
        assert.deepEqual([...registry.tickers()].sort(), viewed);
        assert.deepEqual([...registry.slots()].map((slot) => slot.ticker).sort(), viewed);
        assert.equal(
          registry.viewerEntries().size,
          [...model.values()].filter(({ tickers }) => tickers.size > 0).length,
        );
      }
    }),
  );
});
