// Owns what every page is made with: the guards, forms that are done once, showing a page. Made once; knows no page.

import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { sparkSvg } from "../../islands/stock/day_line.ts";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import type { Identity } from "../../lib/identity.ts";
import { type Asker, firstPriceWaitMs } from "../../lib/interest/interest.ts";
import { fullQuote } from "../../lib/protocol.ts";
import type { Quote, Ticker } from "../../lib/quote.ts";
import { type PageContent, renderPage } from "../../lib/render/page.tsx";
import { nameWithCurrency } from "../../lib/securities/find_security.ts";
import type { Env, SignedInEnv } from "../env.ts";
import { createFormOnce } from "./form_once.ts";
import { stockPath } from "./stock/path.ts";
import { wantedStock } from "./stock/wanted.ts";
import { createRefusalAudit } from "../middleware/audit.ts";
import { isPlainHttp } from "../middleware/caller.ts";
import { identify, refreshCookie, setSignInCookies } from "../middleware/session.ts";

export type PageKit = ReturnType<typeof createPageKit>;

export function createPageKit(deps: Deps) {
  const { auth, assets, clock, config, daySeries, interest, log, securities, source } = deps;

  const auditRefusal = createRefusalAudit(deps);
  let hasLoggedPlainHttp = false;
  /** With an invitation, people come by its link. */
  const mayRegister = config.registration === "open";

  /** The user that the cookies speak for. A live refresh cookie renews an expired access cookie. */
  async function renewedIdentity(c: Context): Promise<Identity | undefined> {
    const identity = await identify(c.req.raw, deps);
    const refreshToken = refreshCookie.read(c.req.raw, config);
    if (identity || !refreshToken) return identity;
    const outcome = await auth.refresh(refreshToken);
    if (outcome.kind !== "ok") return undefined;
    setSignInCookies(c, outcome.tokens, config);
    return outcome.identity;
  }

  /** A function, so that the line is not among the props that an island sends to the browser. */
  function sparkOf(ticker: Ticker): string {
    const day = daySeries.of(ticker);
    return day ? sparkSvg(day) : "";
  }

  return {
    /** True if a page may link to the registration. */
    mayRegister,

    /** For a form whose repeat would do harm: it is done once. */
    once: createFormOnce(deps),

    /** For a page that anybody may see: knows the user, if one is signed in. */
    visitor: createMiddleware<Env>(async function visitor(c, next) {
      const identity = await renewedIdentity(c);
      if (identity) c.set("identity", identity);
      await next();
    }),

    /** The guard of a page: without a sign-in it leads to the sign-in page. */
    signedIn: createMiddleware<SignedInEnv>(async function signedIn(c, next) {
      const identity = await renewedIdentity(c);
      if (!identity) return c.redirect("/login", 303);
      c.set("identity", identity);
      await next();
    }),

    /** For sign-in and registration: a user who is signed in goes on to the watchlist, or to the stock that they wanted. */
    signedOut: createMiddleware<Env>(async function signedOut(c, next) {
      const wanted = wantedStock(c, deps);
      if (await renewedIdentity(c)) {
        return c.redirect(wanted ? stockPath(wanted) : "/watchlist", 303);
      }
      await next();
    }),

    /** True in production over plain HTTP: the browser drops our cookies. The log says so once. */
    losesSignIn(c: Context): boolean {
      if (!config.production || !isPlainHttp(c.req.raw, config)) return false;
      if (!hasLoggedPlainHttp) {
        log.warn(
          "A sign-in page was sent over plain HTTP: in production, browsers keep a sign-in over HTTPS only. Set TLS_CERT " +
            "and TLS_KEY, or TRUST_PROXY and a proxy that sends X-Forwarded-Proto",
        );
      }
      hasLoggedPlainHttp = true;
      return true;
    },

    /** The status and headers are those of the problem, if the page explains one. */
    show(c: Context, content: PageContent, problem?: Problem) {
      if (problem) auditRefusal(c, problem);
      const identity: Identity | undefined = c.get("identity");
      const page = renderPage(content, {
        assets,
        nonce: c.get("secureHeadersNonce") ?? "",
        path: c.req.path,
        username: identity?.username,
        mayRegister,
        notice: source.notice,
        devBuild: config.devBuild,
      });
      // Not a Response of its own: the context adds cookies set on the way.
      c.header("Cache-Control", "no-store");
      for (const [name, value] of Object.entries(problem?.headers ?? {})) c.header(name, value);
      return c.body(page, problem?.status ?? 200, { "Content-Type": "text/html; charset=utf-8" });
    },

    /** Rows with the prices as they are now; a first price is waited for, a moment at most. */
    async rows(tickers: readonly Ticker[], asker: Asker) {
      const options = { asker, waitMs: firstPriceWaitMs };
      const { epoch, seq, tickMs, quotes } = await interest.fresh(tickers, options);
      const at = clock.now();
      const byTicker = new Map<Ticker, Quote>(quotes.map((quote) => [quote.ticker, quote]));
      const rows = tickers.map((ticker) => {
        const quote = byTicker.get(ticker);
        const name = nameWithCurrency(securities, ticker);
        return { ticker, name, quote: quote ? fullQuote(quote, at) : null };
      });
      return { rows, at, epoch, seq, tickMs, sparkOf };
    },
  };
}

/** The message of the change that led here. The query holds its name only, so that nobody puts words into the page. */
export function messageOf(
  c: Context,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  return Object.keys(c.req.query()).map((name) => texts.get(name)).find((text) => text);
}

/** A refusal that the page explains; anything else goes on to the error handler. */
export function expected(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
