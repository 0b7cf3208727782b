// Owns what the handlers of pages share: who is signed in, reading a form, showing a page. Knows no page.

import type { Context } from "hono";
import type { Identity } from "../../lib/auth/auth.ts";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import { textOfFile } from "../../lib/interchange/file_text.ts";
import { fullQuote } from "../../lib/protocol.ts";
import type { Quote, Ticker } from "../../lib/quote.ts";
import { type PageContent, renderPage } from "../../lib/render/page.tsx";
import { refreshCookie, setSignInCookies } from "../middleware/cookies.ts";
import { type Env, identify } from "../middleware/http.ts";
import { freshWaitMs, nameOf } from "../api/securities.ts";

export interface ShowOptions {
  readonly deps: Deps;
  readonly identity?: Identity | undefined;
  readonly problem?: Problem;
}

export function show(
  c: Context<Env>,
  content: PageContent,
  { deps, identity, problem }: ShowOptions,
) {
  const page = renderPage(content, {
    assets: deps.assets,
    nonce: c.get("secureHeadersNonce") ?? "",
    path: c.req.path,
    username: identity?.username,
    notice: deps.source.notice,
  });
  // Not a Response of its own: the context adds cookies set on the way.
  c.header("Cache-Control", "no-store");
  for (const [name, value] of Object.entries(problem?.headers ?? {})) c.header(name, value);
  return c.body(page, problem?.status ?? 200, {
    "Content-Type": "text/html; charset=utf-8",
  });
}

/** Rows with the prices as they are now; newcomers are waited for a moment. */
export async function rowsOf(
  deps: Deps,
  tickers: readonly Ticker[],
  { signedIn }: { signedIn: boolean },
) {
  const options = { signedIn, waitMs: freshWaitMs };
  const { epoch, seq, tickMs, quotes } = await deps.hub.interest.fresh(tickers, options);
  const at = deps.clock.now();
  const byTicker = new Map<Ticker, Quote>(quotes.map((quote) => [quote.ticker, quote]));
  const rows = tickers.map((ticker) => {
    const quote = byTicker.get(ticker);
    return { ticker, name: nameOf(deps, ticker), quote: quote ? fullQuote(quote, at) : null };
  });
  return { rows, at, epoch, seq, tickMs };
}

/** Who the cookies speak for. An expired access cookie is renewed by a live refresh cookie. */
export async function signedInUser(c: Context<Env>, deps: Deps): Promise<Identity | undefined> {
  const identity = await identify(c.req.raw, deps);
  const refreshToken = refreshCookie.read(c.req.raw, deps.config);
  if (identity || !refreshToken) return identity;
  const outcome = await deps.auth.refresh(refreshToken);
  if (outcome.kind !== "ok") return undefined;
  setSignInCookies(c, outcome.tokens, deps.config);
  return outcome.identity;
}

/** The fields of a form, files as their text; of a repeated field the last one counts. */
export async function readForm(c: Context<Env>): Promise<Partial<Record<string, string>>> {
  const body = await c.req.parseBody().catch((cause: unknown) => {
    if (cause instanceof TypeError) throw new Problem("bad_request", { cause });
    throw cause;
  });
  const fields = Object.entries(body).map(async ([name, value]) => {
    return [name, value instanceof File ? textOfFile(await value.bytes()) : String(value)];
  });
  return Object.fromEntries(await Promise.all(fields));
}

/** What is to be told of a change that led here: it stands in the query by a name, so that nobody puts words into it. */
export function newsOf(c: Context, texts: ReadonlyMap<string, string>): string | undefined {
  return Object.keys(c.req.query()).map((name) => texts.get(name)).find((text) => text);
}

/** A refusal that the page explains; anything else goes on to the error handler. */
export function expected(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
