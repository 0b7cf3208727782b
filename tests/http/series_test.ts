// Today's course of a price is there after a restart, over Deno KV and over Postgres.

import assert from "node:assert/strict";
import { startPostgres } from "../support/postgres.ts";
import { startServer } from "../support/server.ts";

type Points = [at: number, price: string][];

async function assertSurvives(env: Record<string, string>) {
  const before = await startServer({ env });
  const seen = await pointsOf(before.url, 2);
  await before.stop();
  await using after = await startServer({ env });
  const kept = await pointsOf(after.url, seen.length);
  const shown = (points: Points) =>
    points.slice(0, seen.length - 1).map(([at, price]) => [Math.floor(at / 1_000), price]);
  assert.deepEqual(shown(kept), shown(seen));
}

/** Asks until the course has this number of points. Asking for the price keeps it read. */
async function pointsOf(url: string, count: number): Promise<Points> {
  for (let tries = 0; tries < 150; tries++) {
    await (await fetch(`${url}/api/quotes?tickers=AAPL`)).body?.cancel();
    const series = await (await fetch(`${url}/api/quotes/series?tickers=AAPL`)).json();
    const points: Points = series.AAPL?.points ?? [];
    if (points.length >= count) return points;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`There were never ${count} points`);
}

Deno.test("the course of today survives a restart over Deno KV", async () => {
  const folder = await Deno.makeTempDir();
  await assertSurvives({ KV_PATH: `${folder}/quoteboard.kv` });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the course of today survives a restart over Postgres", async () => {
  await using postgres = await startPostgres();
  await assertSurvives({ DATABASE_URL: postgres.url });
});
