// Owns the quotes of Yahoo Finance: many symbols in one call. The API is unofficial; the package follows its cookie and crumb.

import type { Clock } from "../clock.ts";
import type { Session, Ticker } from "../quote.ts";
import { getJson, type GetOutcome, nameOf, readText } from "./http/get_json.ts";
import { at, type Reading, readQuotes, rowsBy, timeOf } from "./http/read_quote.ts";
import { preferredSpelling } from "./lists/preferred.ts";
import {
  type Failed,
  type FetchOutcome,
  paidLimits,
  type QuoteSource,
  type SourceDefinition,
} from "./source.ts";

export const yahoo: SourceDefinition = {
  name: "yahoo",
  variables: [{ name: "YAHOO_API_URL", meaning: "another address, for tests" }],
  configure(env) {
    const url = env.url("YAHOO_API_URL", officialUrl);
    return ({ clock }) => createYahoo({ url, clock });
  },
};

const preferred = preferredSpelling("-P");
/** BAC-PL and BRK-B. Other tickers are Yahoo's own: VOD.L, ^GSPC, BTC-USD, EURUSD=X. */
const symbolOf = (ticker: Ticker) => preferred.symbolOf(ticker).replace(/\.([A-EU]|WS)$/, "-$1");

/** Cookie and crumb come from other hosts, so the package's own addresses are used unless others are set. */
const officialUrl = "https://query2.finance.yahoo.com/";
const quotePath = "/v7/finance/quote";
/** For the quotes and, at the first call, for the requests for cookie and crumb. */
const timeoutMs = 4_000;
const quotesBytesMax = 4 * 1024 * 1024;
const pageBytesMax = 1024 * 1024;

function createYahoo({ url, clock }: { url: URL; clock: Clock }): QuoteSource {
  let client = loadClient();

  async function fetchQuotes(
    tickers: readonly Ticker[],
    signal?: AbortSignal,
  ): Promise<FetchOutcome> {
    const asked = tickers.map((ticker) => ({ ticker, symbol: symbolOf(ticker) }));
    const outcome = await getQuotes(asked.map(({ symbol }) => symbol), signal);
    const answer = outcome.kind === "ok" ? outcome.value : undefined;
    const rows = rowsBy("symbol", at(answer, "quoteResponse", "result"));
    if (rows) return readQuotes(asked, (symbol) => readings(rows.get(symbol)));
    const failed = outcome.kind === "failed" ? outcome : errorIn(answer);
    // A refused crumb stays refused: the next call fetches another.
    if (failed.failure === "unauthorized") client = loadClient();
    return failed;
  }

  async function getQuotes(symbols: string[], callerSignal?: AbortSignal): Promise<GetOutcome> {
    const loaded = await client;
    if (!loaded) {
      client = loadClient();
      return notLoaded;
    }
    const deadline = new AbortController();
    const cancel = clock.after(timeoutMs, () => deadline.abort());
    const signal = AbortSignal.any([deadline.signal, ...(callerSignal ? [callerSignal] : [])]);
    let outcome: GetOutcome = noCrumb;
    /** The package reads without bounds and into floats, so the quotes are read here. */
    async function fetchOfCall(input: string | URL | Request, init?: RequestInit) {
      const address = rebase(new URL(input instanceof Request ? input.url : input), url);
      if (address.pathname === quotePath) {
        const headers = Object.fromEntries(new Headers(init?.headers));
        const bounds = { clock, signal, timeoutMs, bodyBytesMax: quotesBytesMax };
        outcome = await getJson(address, { ...bounds, headers });
        return Response.json({ quoteResponse: { result: [], error: null } });
      }
      const page = await fetch(address, { ...init, signal, redirect: "manual" });
      if (page.status >= 400) {
        await page.body?.cancel();
        outcome = { ...noCrumb, failure: nameOf(page.status) };
        throw new Error(`Status ${page.status}`);
      }
      return await boundedCopy(page, address);
    }
    try {
      await loaded.quote(symbols, {}, { validateResult: false, fetch: fetchOfCall });
    } catch {
      // `outcome` has the reason; the package's own errors contain addresses and crumbs.
      if (outcome === noCrumb && signal.aborted) outcome = { ...noCrumb, failure: "timeout" };
    } finally {
      cancel();
    }
    return outcome;
  }

  return {
    name: "yahoo",
    notice: "Prices by Yahoo Finance, unofficial and possibly delayed.",
    cost: "call",
    batchSize: 200,
    limits: paidLimits,
    hours: "exchange",
    fetchQuotes,
  };
}

/** The used part of yahoo-finance2. */
interface Client {
  quote(
    symbols: string[],
    query: Record<string, never>,
    options: { validateResult: boolean; fetch: typeof fetch },
  ): Promise<unknown>;
}

/**
 * The package brings a hundred others, which would triple the first start for all. So no import names it where Deno looks
 * ahead: it is fetched when this source is chosen.
 */
async function loadClient(): Promise<Client | undefined> {
  const load = (part: string) => import(`npm:yahoo-finance2@4.0.2/${part}`);
  const parts = await Promise.all(
    ["createYahooFinance", "modules/quote", "lib/cookieJar"].map(load),
  )
    .catch(() => undefined);
  if (!parts) return undefined;
  const [{ default: createYahooFinance }, { default: quote }, { ExtendedCookieJar }] = parts;
  const ignore = () => {};
  const YahooFinance = createYahooFinance({ modules: { quote } });
  return new YahooFinance({
    cookieJar: new ExtendedCookieJar(),
    logger: { info: ignore, warn: ignore, error: ignore, debug: ignore, dir: ignore },
    suppressNotices: ["yahooSurvey"],
    versionCheck: false,
  });
}

const noCrumb: Failed = {
  kind: "failed",
  failure: "network",
  detail: "Yahoo gave no cookie or crumb",
};

const notLoaded: Failed = {
  kind: "failed",
  failure: "network",
  detail: "The package yahoo-finance2 could not be fetched from npm",
};

function rebase(address: URL, base: URL): URL {
  return base.href === officialUrl ? address : new URL(address.pathname + address.search, base);
}

/** Only the cookie of the visited page is used. */
async function boundedCopy(page: Response, { pathname }: URL): Promise<Response> {
  const { status, headers } = page;
  if (!pathname.startsWith("/quote/")) {
    const text = await readText(page, pageBytesMax);
    return new Response(status === 302 ? null : text ?? "", { status, headers });
  }
  await page.body?.cancel();
  return new Response(null, { status, headers });
}

/** Such as `{"finance":{"result":null,"error":{"code":"Unauthorized","description":"Invalid Crumb"}}}`. */
function errorIn(value: unknown): Failed {
  const code = ["quoteResponse", "finance"].map((part) => at(value, part, "error", "code"))
    .find((code) => typeof code === "string");
  const isCrumb = /unauthorized|crumb/i.test(String(code));
  const failure = isCrumb ? "unauthorized" : "wrong_shape";
  return { kind: "failed", failure, detail: "Not the documented shape" };
}

const sessions: Readonly<Record<string, Session>> = {
  PRE: "pre",
  REGULAR: "open",
  POST: "post",
  CLOSED: "closed",
  PREPRE: "closed",
  POSTPOST: "closed",
};

/** Outside the regular hours their price comes second: the extended one is often null, or 0. */
function readings(row: unknown): Reading[] {
  if (row === undefined || at(row, "quoteType") === "NONE") return [];
  const session = sessions[String(at(row, "marketState"))];
  const price = at(row, "regularMarketPrice");
  const previousClose = at(row, "regularMarketPreviousClose");
  const currency = at(row, "currency");
  const day = {
    open: at(row, "regularMarketOpen"),
    high: at(row, "regularMarketDayHigh"),
    low: at(row, "regularMarketDayLow"),
    volume: at(row, "regularMarketVolume"),
    regularClose: price,
  };
  const regular = {
    day,
    currency,
    price,
    previousClose,
    change: at(row, "regularMarketChange"),
    asOf: timeOf(at(row, "regularMarketTime"), "s"),
    session,
  };
  if (session === "pre") {
    // Before the market opens, its regular price is the last close.
    const asOf = timeOf(at(row, "preMarketTime"), "s");
    const change = at(row, "preMarketChange");
    return [
      { price: at(row, "preMarketPrice"), previousClose: price, change, asOf, session, currency },
      regular,
    ];
  }
  if (session === "post") {
    const asOf = timeOf(at(row, "postMarketTime"), "s");
    const extended = { price: at(row, "postMarketPrice"), previousClose, asOf, session };
    return [{ ...extended, day, currency }, regular];
  }
  return [regular];
}
