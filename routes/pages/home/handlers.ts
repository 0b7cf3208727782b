// Owns the handler of the start page.

import { Hono } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import type { Env } from "../../env.ts";
import type { PageKit } from "../kit.ts";
import { homePage } from "./Home.tsx";

const rowCount = 8;

export function homeRoutes({ securities, source }: Deps, kit: PageKit) {
  return new Hono<Env>().get("/", kit.visitor, async (c) => {
    const isSignedIn = c.get("identity") !== undefined;
    const tickers = securities.tickers().slice(0, rowCount);
    const { rows, at } = await kit.rows(tickers, { signedIn: isSignedIn });
    const isSimulated = source.name === "simulated";
    return kit.show(c, homePage({ rows, at, isSimulated, isSignedIn }));
  });
}
