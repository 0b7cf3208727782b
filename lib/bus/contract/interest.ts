// Owns the contract of the bus for interest, as tests.

import assert from "node:assert/strict";
import type { Announcement } from "../bus.ts";
import { type ContractTest, eventually } from "./harness.ts";
import { interest, ticker } from "../bus_fixtures.ts";

export function testInterestContract(test: ContractTest) {
  test("the interest of all instances is united; a ticker of a signed-in viewer is not anonymous too", async (harness) => {
    const { first, other } = harness;
    await first.want("one", interest({ signedIn: ["AAPL", "MSFT"], anonymous: ["TSLA", "NVDA"] }));
    await other.want("two", interest({ signedIn: ["NVDA", "AAPL"], anonymous: ["MSFT", "AMD"] }));
    for (const bus of harness.buses) {
      const { signedIn, anonymous } = await bus.wanted();
      assert.deepEqual([...signedIn].sort(), ["AAPL", "MSFT", "NVDA"]);
      assert.deepEqual([...anonymous].sort(), ["AMD", "TSLA"]);
    }
  });

  test("of the ranks that instances give a ticker the smallest counts, and the ranks of replaced interest do not", async (harness) => {
    const { first, other } = harness;
    const ranked = (symbol: string, rank: number) => [ticker(symbol), rank] as const;
    const both = interest({ signedIn: ["AAPL"], anonymous: ["AMD"] });
    await first.want("one", { ...both, ranks: new Map([ranked("AAPL", 1), ranked("AMD", 1)]) });
    await first.want("one", { ...both, ranks: new Map([ranked("AAPL", 40), ranked("AMD", 250)]) });
    await other.want("two", { ...both, ranks: new Map([ranked("AAPL", 300), ranked("AMD", 9)]) });
    await other.want("three", both);
    for (const bus of harness.buses) {
      const { ranks } = await bus.wanted();
      assert.deepEqual(new Map(ranks), new Map([ranked("AAPL", 40), ranked("AMD", 9)]));
    }
  });

  test("new interest of an instance replaces its earlier interest", async ({ first, other }) => {
    await first.want("one", interest({ signedIn: ["AAPL"], anonymous: ["AMD"] }));
    await first.want("one", interest({ signedIn: ["MSFT"] }));
    assert.deepEqual(await other.wanted(), interest({ signedIn: ["MSFT"] }));
    await first.want("one", interest({}));
    assert.deepEqual(await other.wanted(), interest({}));
  });

  test("interest that an instance does not repeat expires, repeated interest does not", async (harness) => {
    const { first, other, wantTtlMs } = harness;
    await first.want("silent", interest({ signedIn: ["AAPL"] }));
    await first.want("lively", interest({ signedIn: ["MSFT"] }));
    await harness.pass(wantTtlMs / 2);
    await first.want("lively", interest({ signedIn: ["MSFT"] }));
    await harness.pass(wantTtlMs / 2 + 100);
    assert.deepEqual(await other.wanted(), interest({ signedIn: ["MSFT"] }));
  });

  test("newcomers are announced to every instance", async (harness) => {
    const { buses, first } = harness;
    const newcomers = interest({ signedIn: ["AAPL"], anonymous: ["AMD"] });
    const heard = buses.map((bus) => {
      const list: Announcement[] = [];
      bus.onAnnounce((announcement) => list.push(announcement));
      return list;
    });
    await first.want("one", interest({ signedIn: ["AAPL", "MSFT"], anonymous: ["AMD"] }), {
      newcomers,
    });
    await first.want("one", interest({ signedIn: ["AAPL"] }), { newcomers: interest({}) });
    await first.announce({ kind: "catalog_changed" });
    await eventually(harness, () => {
      for (const list of heard) {
        assert.deepEqual(list, [{ kind: "newcomers", interest: newcomers }, {
          kind: "catalog_changed",
        }]);
      }
    });
  });
}
