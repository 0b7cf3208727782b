// A real server process over a provider that lists 12,000 securities outside the universe: search, lists, restarts.

import assert from "node:assert/strict";
import { call, register } from "../support/api_client.ts";
import { alpaca } from "../support/providers/alpaca.ts";
import { startProvider } from "../support/providers/provider.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** Asks until the server has read the list: at most a minute. */
async function untilRead({ url }: TestServer, path: string, isRead: (body: unknown) => boolean) {
  for (let tries = 0; tries < 300; tries++) {
    const { body } = await call(url + path);
    if (isRead(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The list was not read:\n${path}`);
}

Deno.test("a listed security is found by name and ticker and added; a delisted one stays on its list", async () => {
  await using provider = startProvider(alpaca);
  const folder = await Deno.makeTempDir();
  const env = { ...provider.env, QUOTE_SOURCE: "alpaca", KV_PATH: `${folder}/quoteboard.kv` };
  const quokka = {
    ticker: "QUOKK",
    name: "Quokka Robotics Inc.",
    exchange: "NASDAQ",
    kind: "share",
    currency: "USD",
    priceable: true,
  };
  const search = "/api/securities?query=quokka+robotics";
  const isFound = (body: unknown) => Array.isArray(body) && body.length > 0;

  const first = await startServer({ env });
  assert.deepEqual(await untilRead(first, search, isFound), [quokka]);
  const { body: byTicker } = await call(`${first.url}/api/securities?query=quokk&limit=1`);
  assert.deepEqual(byTicker, [quokka]);
  const { accessToken: token } = await register(first.url, { tickers: ["QUOKK", "BAC.PRL"] });
  await first.stop();

  provider.market.delete("QUOKK");
  const second = await startServer({ env });
  const isDelisted = (body: unknown) => (body as { priceable?: boolean }).priceable === false;
  await untilRead(second, "/api/securities/QUOKK", isDelisted);
  assert.deepEqual((await call(second.url + search)).body, []);
  const { body: list } = await call(`${second.url}/api/watchlist`, { token });
  assert.deepEqual(list.map(({ ticker, name }: typeof quokka) => [ticker, name]), [
    ["QUOKK", "Quokka Robotics Inc."],
    ["BAC.PRL", "Bank of America 7.25% Series L"],
  ]);
  const add = { json: { ticker: "QUOKK" }, token: (await register(second.url)).accessToken };
  assert.equal((await call(`${second.url}/api/watchlist`, add)).body.code, "unknown_ticker");
  await second.stop();
  await Deno.remove(folder, { recursive: true });
});
