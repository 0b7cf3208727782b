import assert from "node:assert/strict";
import { startAlbertUpstream } from "./albert_upstream.ts";

const header = { "Albert-Case-Study-API-Key": "demo" };

function open() {
  const upstream = startAlbertUpstream({ port: 0, tickers: { AAPL: "Apple", MSFT: "Microsoft" } });
  async function post(command: string, body: unknown) {
    const init = { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${upstream.url}/_control/${command}`, init);
    await response.body?.cancel();
    return response.status;
  }
  async function prices(query: string, headers: HeadersInit = header) {
    const response = await fetch(`${upstream.url}/casestudy/stock/prices/?tickers=${query}`, {
      headers,
    });
    return { status: response.status, text: await response.text() };
  }
  return { upstream, post, prices, [Symbol.asyncDispose]: () => upstream.close() };
}

Deno.test("it answers like the case study's API: prices with two decimals, and the list", async () => {
  await using api = open();
  const { status, text } = await api.prices("AAPL,MSFT");
  assert.equal(status, 200);
  assert.match(text, /^\{"AAPL":\d+\.\d\d,"MSFT":\d+\.\d\d\}$/);
  const list = await fetch(`${api.upstream.url}/casestudy/stock/tickers/`, { headers: header });
  assert.deepEqual(await list.json(), { AAPL: "Apple", MSFT: "Microsoft" });
});

Deno.test("an unknown ticker gets 400, a wrong key gets 401, and every call is counted", async () => {
  await using api = open();
  assert.equal((await api.prices("AAPL,ZZZZ")).status, 400);
  assert.equal((await api.prices("AAPL", {})).status, 401);
  const calls = await fetch(`${api.upstream.url}/_control/calls`);
  assert.deepEqual(await calls.json(), { prices: 2, tickers: 0, lastTickers: ["AAPL"] });
});

Deno.test("prices can be fixed and released, the list can be changed, and a reset undoes all of it", async () => {
  await using api = open();
  await api.post("prices", { AAPL: 122.1 });
  assert.equal((await api.prices("AAPL")).text, '{"AAPL":122.10}');
  await api.post("prices", { AAPL: null });
  assert.notEqual((await api.prices("AAPL")).text, '{"AAPL":122.10}');
  await api.post("tickers", { AAPL: null, NEW: "New" });
  assert.equal((await api.prices("AAPL")).status, 400);
  assert.equal((await api.prices("NEW")).status, 200);
  await api.post("reset", {});
  assert.equal((await api.prices("AAPL")).status, 200);
  assert.equal(api.upstream.calls().prices, 1);
});

Deno.test("an ordered failure happens as often as it was ordered; an unknown failure is refused", async () => {
  await using api = open();
  assert.equal(await api.post("fail", { mode: "500", times: 2 }), 200);
  const statuses = [];
  for (let call = 0; call < 3; call++) statuses.push((await api.prices("AAPL")).status);
  assert.deepEqual(statuses, [500, 500, 200]);
  assert.equal(await api.post("fail", { mode: "explode" }), 400);
  assert.equal(await api.post("nothing", {}), 404);
});
