// Owns the handler of the start page.

import { Hono } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import type { Env } from "../../env.ts";
import type { PageKit } from "../kit.ts";
import { askerOf } from "../../middleware/caller.ts";
import { homePage } from "./Home.tsx";

const rowCount = 8;

export function homeRoutes(deps: Deps, kit: PageKit) {
  const { securities, source } = deps;
  return new Hono<Env>().get("/", kit.visitor, async (c) => {
    const identity = c.get("identity");
    const isSignedIn = identity !== undefined;
    const tickers = securities.tickers().slice(0, rowCount);
    const shown = await kit.rows(tickers, askerOf(c, { ...deps, identity }));
    const rows = shown.rows.map((row) => ({ ...row, spark: shown.sparkOf(row.ticker) }));
    const { at } = shown;
    const isSimulated = source.name === "simulated";
    const { mayRegister } = kit;
    return kit.show(c, homePage({ rows, at, isSimulated, isSignedIn, mayRegister }));
  });
}
