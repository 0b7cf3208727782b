// Owns a list's way into and out of files, and the API's addresses for it. The formats stand in lib/interchange.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { attachmentOf } from "../../../lib/interchange/file_name.ts";
import { textOfFile } from "../../../lib/interchange/file_text.ts";
import type { ListFormat } from "../../../lib/interchange/list_format.ts";
import { readList, type ReportLine } from "../../../lib/interchange/read_list.ts";
import { writeList } from "../../../lib/interchange/write_list.ts";
import { parseTicker, type Ticker } from "../../../lib/quote.ts";
import type { ListChange } from "../../../lib/store/store.ts";
import { listTickersMax, type Watchlist } from "../../../lib/watchlist.ts";
import { type Env, requireSignIn } from "../../middleware/http.ts";
import { createListChanges, findList, type ListChanges } from "../../list_changes.ts";
import { changeOf, listNamed, setEtag, stateOf } from "./requests.ts";
import { formatQuery, importAnswer, type importOutcomes, listParam } from "./schemas.ts";
import * as schemas from "../schemas.ts";

const common = { tags: ["Lists"], security: [{ bearer: [] }] };
const text = { schema: z.string() };

const exportRoute = createRoute({
  ...common,
  method: "get",
  path: "/api/watchlists/{id}/export",
  summary: "A list as a file: plain text, Yahoo's CSV, or TradingView's list",
  request: { params: listParam, query: formatQuery },
  responses: {
    200: { description: "The file", content: { "text/plain": text, "text/csv": text } },
    400: schemas.refusal("invalid_query"),
    401: schemas.refusal("invalid_token"),
    404: schemas.refusal("unknown_list"),
  },
});

const importRoute = createRoute({
  ...common,
  method: "post",
  path: "/api/watchlists/{id}/import",
  summary: "Add what a file of another program lists; its format is detected unless named",
  request: {
    params: listParam,
    query: formatQuery,
    body: { content: { "text/plain": text, "text/csv": text } },
  },
  responses: {
    200: schemas.json(importAnswer, "What became of each line; sent again, it changes nothing"),
    400: schemas.refusal("bad_request", "invalid_query"),
    401: schemas.refusal("invalid_token"),
    404: schemas.refusal("unknown_list"),
    412: schemas.refusal("version_differs"),
    413: schemas.refusal("body_too_large"),
  },
});

export function listFileRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const changes = createListChanges(deps);
  const signedIn = requireSignIn(deps);

  app.openapi(createRoute({ ...exportRoute, middleware: signedIn }), async (c) => {
    const list = await findList(deps, listNamed(c, c.req.valid("param").id));
    setEtag(c, list);
    return sendFile(c, { list, deps, format: c.req.valid("query").format ?? "text" });
  });

  app.openapi(createRoute({ ...importRoute, middleware: signedIn }), async (c) => {
    const target = listNamed(c, c.req.valid("param").id);
    const { list, ...report } = await importList(
      textOfFile(new Uint8Array(await c.req.arrayBuffer())),
      {
        change: await changeOf(c, { list: target, deps }),
        format: c.req.valid("query").format,
        changes,
        deps,
      },
    );
    setEtag(c, list);
    return c.json({ ...stateOf(list), ...report }, 200);
  });
}

const contentTypes = {
  text: "text/plain; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  tradingview: "text/plain; charset=utf-8",
} as const satisfies Record<ListFormat, string>;

export function sendFile(
  c: Context<Env>,
  { list, format, deps: { securities, bus } }: {
    list: Watchlist;
    format: ListFormat;
    deps: Pick<Deps, "securities" | "bus">;
  },
) {
  const { quotes } = bus.latest(list.tickers);
  const quoteOf = new Map(quotes.map((quote) => [quote.ticker, quote]));
  const rows = list.tickers.map((ticker) => ({
    ticker,
    exchange: securities.find(ticker)?.exchange ?? "",
    quote: quoteOf.get(ticker),
  }));
  c.header("Content-Disposition", attachmentOf(list.name, format));
  return c.body(writeList(rows, format), 200, { "Content-Type": contentTypes[format] });
}

type ImportOutcome = typeof importOutcomes[number];

export interface ImportReport {
  /** How many tickers are new on the list. */
  readonly added: number;
  readonly report: {
    line: number;
    text: string;
    ticker: string | null;
    outcome: ImportOutcome;
  }[];
  /** How many lines the report would have had beyond its bound. */
  readonly leftOff: number;
}

/** One change of the store, however long the text. */
export async function importList(
  text: string,
  { change, format, changes, deps }: {
    change: ListChange;
    format?: ListFormat | undefined;
    changes: Pick<ListChanges, "addAll">;
    deps: Pick<Deps, "securities">;
  },
): Promise<ImportReport & { readonly list: Watchlist }> {
  const { tickers, report, leftOff } = readList(text, {
    resolve: (symbol) => addable(deps, symbol),
    format: format ?? "auto",
    // Whatever is past them finds no room: the list is full by then.
    tickersMax: listTickersMax,
  });
  const [first] = report;
  if (first?.outcome === "too_large") throw new Problem("body_too_large");
  if (first?.outcome === "not_text") {
    throw new Problem("bad_request", {
      detail: "That is not a text file. Save it as text or CSV first.",
    });
  }
  const { list, added } = await changes.addAll({ ...change, tickers });
  const untold = new Set(added);
  const lines = report.map((line) => ({
    line: line.line,
    text: line.text,
    ticker: line.ticker ?? null,
    outcome: outcomeOf(line, { list, untold }),
  }));
  return { list, added: added.length, report: lines, leftOff };
}

function addable({ securities }: Pick<Deps, "securities">, text: string): Ticker | undefined {
  const ticker = parseTicker(text);
  return ticker && securities.isPriceable(ticker) ? ticker : undefined;
}

/** A ticker that is new on the list is told once as added, then as present. */
function outcomeOf(
  { ticker, outcome }: Pick<ReportLine, "outcome" | "ticker">,
  { list, untold }: { list: Watchlist; untold: Set<Ticker> },
): ImportOutcome {
  if (!ticker) return outcome === "not_a_ticker" ? "invalid" : "unknown_ticker";
  if (untold.delete(ticker)) return "added";
  return list.tickers.includes(ticker) ? "present" : "list_full";
}
