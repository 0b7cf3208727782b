// Eight clients of one account edit its list at once, over HTTP: no ticker is lost or doubled, and each change has its own version.

import assert from "node:assert/strict";
import { call, register } from "../support/api_client.ts";
import { startPostgres } from "../support/postgres.ts";
import { startServer } from "../support/server.ts";

const clients = 8;

Deno.test("eight clients change a list at once and all changes are done, on Deno KV", async (t) => {
  await testEdits(t, { KV_PATH: ":memory:", DATABASE_URL: "" });
});

Deno.test("eight clients change a list at once and all changes are done, on Postgres", async (t) => {
  await using postgres = await startPostgres();
  await testEdits(t, { DATABASE_URL: postgres.url });
});

async function testEdits(t: Deno.TestContext, env: Record<string, string>): Promise<void> {
  await using server = await startServer({ env });
  await t.step("without If-Match", () => editBlindly(server.url));
  await t.step("with If-Match", () => editWhatWasSeen(server.url));
}

/** Each client adds its own tickers and removes every other one of them, without reading the list. */
async function editBlindly(url: string): Promise<void> {
  const { accessToken: token } = await register(url);
  const shares = await tickerShares(url);
  const versions: number[] = [];

  await Promise.all(shares.map(async (own) => {
    let last = 0;
    const changed = (version: number) => {
      assert.ok(version > last, "versions grow for each client");
      versions.push(last = version);
    };
    for (const [index, ticker] of own.entries()) {
      const added = await call(`${url}/api/watchlist`, { json: { ticker }, token });
      assert.equal(added.status, 201, JSON.stringify(added.body));
      assert.equal(new Set(added.body.tickers).size, added.body.tickers.length);
      assert.ok(added.body.tickers.includes(ticker));
      changed(added.body.version);
      if (index % 2 === 0) continue;
      const path = `${url}/api/watchlist/${ticker}`;
      const removed = await call(path, { method: "DELETE", token });
      assert.equal(removed.status, 204);
      changed(Number(/:(\d+)"$/.exec(removed.headers.get("etag") ?? "")?.[1]));
    }
  }));

  const kept = shares.flatMap((own) => own.filter((_, index) => index % 2 === 0));
  const list = await readList(url, token);
  assert.deepEqual(list.tickers.toSorted(), kept.toSorted());
  assertEachOnce(versions, list.version);
}

/** Each client reads the list, then adds a ticker or moves its last one to the front, unless the list has changed since. */
async function editWhatWasSeen(url: string): Promise<void> {
  const { accessToken: token } = await register(url);
  const shares = await tickerShares(url);
  const versions: number[] = [];
  let refusals = 0;

  async function edit(change: (seen: List) => { tickers: string[]; path: string; json: object }) {
    for (;;) {
      const seen = await readList(url, token);
      const { tickers, path, json } = change(seen);
      const answer = await call(`${url}/api/watchlist${path}`, {
        method: path === "" ? "POST" : "PUT",
        json,
        token,
        headers: { "if-match": `"${seen.id}:${seen.version}"` },
      });
      if (answer.status !== 412) {
        assert.ok(answer.status < 300, JSON.stringify(answer.body));
        const isSame = `${tickers}` === `${seen.tickers}`;
        const version = isSame ? seen.version : seen.version + 1;
        assert.deepEqual(answer.body, { id: seen.id, version, tickers });
        if (!isSame) versions.push(version);
        return;
      }
      assert.equal(answer.body.code, "version_differs");
      refusals++;
    }
  }

  await Promise.all(shares.map(async (own) => {
    for (const ticker of own.slice(0, 4)) {
      await edit(({ tickers }) => ({
        tickers: [...tickers, ticker],
        path: "",
        json: { ticker },
      }));
      await edit(({ tickers }) => {
        const next = [ticker, ...tickers.filter((other) => other !== ticker)];
        return { tickers: next, path: "/order", json: { tickers: next } };
      });
    }
  }));

  const list = await readList(url, token);
  assert.deepEqual(list.tickers.toSorted(), shares.flatMap((own) => own.slice(0, 4)).toSorted());
  assertEachOnce(versions, list.version);
  assert.ok(refusals > 0, "the clients got into each other's way");
}

interface List {
  readonly id: string;
  readonly version: number;
  readonly tickers: readonly string[];
}

async function readList(url: string, token: string): Promise<List> {
  const { status, body: [first] } = await call(`${url}/api/watchlists`, { token });
  assert.equal(status, 200);
  return first;
}

/** Each change has a different version, from 2 to the version of the list. */
function assertEachOnce(versions: readonly number[], last: number): void {
  assert.deepEqual(
    versions.toSorted((a, b) => a - b),
    Array.from({ length: last - 1 }, (_, index) => index + 2),
  );
}

/** Each client gets other tickers. */
async function tickerShares(url: string): Promise<string[][]> {
  const found = await Promise.all(
    ["a", "c"].map((query) => call(`${url}/api/securities?query=${query}&limit=50`)),
  );
  const tickers = [
    ...new Set(found.flatMap(({ body }) => body.map(({ ticker }: { ticker: string }) => ticker))),
  ];
  return Array.from(
    { length: clients },
    (_, share) => tickers.filter((_, index) => index % clients === share),
  );
}
