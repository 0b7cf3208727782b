// Owns the handlers of the pages: forms in, server-rendered HTML out. What a page looks like stands in routes/pages/.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { z } from "@hono/zod-openapi";
import { type Identity, passwordLengthMax, passwordLengthMin } from "../lib/auth/auth.ts";
import type { Deps } from "../lib/deps.ts";
import { Problem } from "../lib/errors.ts";
import { fullQuote } from "../lib/protocol.ts";
import { parseTicker, type Quote, type Ticker } from "../lib/quote.ts";
import { type PageContent, renderPage } from "../lib/render/page.tsx";
import { accepted, credentials, registration, signOut } from "./auth.ts";
import { refreshCookie, setSignInCookies } from "./cookies.ts";
import { callerOf, type Env, identify } from "./http.ts";
import { accountPage } from "./pages/Account.tsx";
import * as errors from "./pages/ErrorPage.tsx";
import { homePage } from "./pages/Home.tsx";
import { loginPage } from "./pages/Login.tsx";
import { registerPage, type RegisterProps } from "./pages/Register.tsx";
import { watchlistPage, type WatchlistPageProps } from "./pages/Watchlist.tsx";
import { findAddable, freshWaitMs, nameOf } from "./securities.ts";
import { createListChanges, firstList } from "./watchlists.ts";

const homeRows = 8;
const suggestionsCount = 5;
const resultsCount = 10;
const passwordBounds = { passwordLengthMin, passwordLengthMax };

export function pageRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const { auth, config, store } = deps;
  const changes = createListChanges(deps);

  app.get("/", async (c) => {
    const identity = await signedInUser(c, deps);
    const tickers = deps.securities.tickers().slice(0, homeRows);
    const { rows, at } = await rowsOf(deps, tickers, { signedIn: identity !== undefined });
    const page = homePage({
      rows,
      at,
      isSimulated: deps.source.name === "simulated",
      isSignedIn: identity !== undefined,
    });
    return show(c, page, { deps, identity });
  });

  app.get("/login", async (c) => {
    const identity = await signedInUser(c, deps);
    if (identity) return c.redirect("/watchlist", 303);
    const message = c.req.query("signed-out") === undefined ? undefined : "You are signed out.";
    return show(c, loginPage(message ? { message } : {}), { deps });
  });

  app.post("/login", async (c) => {
    const { username, password } = await readForm(c);
    try {
      const input = credentials.safeParse({ username, password });
      if (!input.success) throw new Problem("invalid_credentials");
      const { tokens } = accepted(await auth.signIn(input.data, callerOf(c, deps)));
      setSignInCookies(c, tokens, config);
    } catch (error) {
      const problem = expected(error);
      const page = loginPage({ username: username ?? "", error: problem.message });
      return show(c, page, { deps, problem });
    }
    return c.redirect("/watchlist", 303);
  });

  app.get("/register", async (c) => {
    const identity = await signedInUser(c, deps);
    if (identity) return c.redirect("/watchlist", 303);
    return show(c, registerPage(passwordBounds), { deps });
  });

  app.post("/register", async (c) => {
    const form = await readForm(c);
    const input = registration.safeParse(form);
    if (!input.success) {
      const page = registerPage({
        ...passwordBounds,
        values: form,
        fieldErrors: fieldErrors(input.error),
      });
      return show(c, page, { deps, problem: new Problem("invalid_body") });
    }
    try {
      const { tokens } = accepted(await auth.register(input.data, callerOf(c, deps)));
      setSignInCookies(c, tokens, config);
    } catch (error) {
      const problem = expected(error);
      const faults = problem.code === "username_taken"
        ? { fieldErrors: { username: problem.message } }
        : { error: problem.message };
      return show(c, registerPage({ ...passwordBounds, values: form, ...faults }), {
        deps,
        problem,
      });
    }
    return c.redirect("/watchlist", 303);
  });

  app.get("/watchlist", async (c) => {
    const identity = await signedInUser(c, deps);
    if (!identity) return c.redirect("/login", 303);
    const query = c.req.query("query")?.trim();
    const search = query
      ? {
        search: { query: query.slice(0, 64), results: deps.securities.search(query, resultsCount) },
      }
      : {};
    return showWatchlist(c, { deps, identity, ...search });
  });

  app.post("/watchlist", async (c) => {
    const identity = await signedInUser(c, deps);
    if (!identity) return c.redirect("/login", 303);
    const form = await readForm(c);
    const list = { userId: identity.userId, listId: "first" };
    try {
      if (form.remove !== undefined) {
        const ticker = parseTicker(form.remove);
        if (!ticker) throw new Problem("not_on_list");
        await changes.remove({ ...list, ticker });
      } else {
        await changes.add({ ...list, ticker: findAddable(deps, form.ticker ?? "").ticker });
      }
    } catch (error) {
      const problem = expected(error);
      return showWatchlist(c, { deps, identity, problem });
    }
    return c.redirect("/watchlist", 303);
  });

  app.get("/account", async (c) => {
    const identity = await signedInUser(c, deps);
    const user = identity && await store.user(identity.userId);
    if (!user) return c.redirect("/login", 303);
    return show(c, accountPage({ user }), { deps, identity });
  });

  app.post("/account", async (c) => {
    const { action } = await readForm(c);
    if (action !== "sign-out") throw new Problem("bad_request");
    if (await signedInUser(c, deps)) await signOut(c, deps);
    return c.redirect("/login?signed-out", 303);
  });
}

export function errorPage(c: Context<Env>, { problem, deps }: { problem: Problem; deps: Deps }) {
  const page = errors.errorPage({ status: problem.status, text: problem.message });
  return show(c, page, { deps, problem });
}

interface ShowOptions {
  readonly deps: Deps;
  readonly identity?: Identity | undefined;
  readonly problem?: Problem;
}

function show(c: Context<Env>, content: PageContent, { deps, identity, problem }: ShowOptions) {
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

async function showWatchlist(
  c: Context<Env>,
  { deps, identity, search, problem }: ShowOptions & {
    identity: Identity;
    search?: NonNullable<WatchlistPageProps["search"]>;
  },
) {
  const { id, name, version, tickers } = await firstList(deps, identity.userId);
  const { rows, ...state } = await rowsOf(deps, tickers, { signedIn: true });
  const suggestions = deps.securities.tickers().slice(0, suggestionsCount);
  const page = watchlistPage({
    board: {
      list: { id, name, version, tickers },
      rows,
      ...state,
      source: { name: deps.source.name, notice: deps.source.notice },
      suggestions: suggestions.map((ticker) => ({ ticker, name: nameOf(deps, ticker) })),
    },
    ...(search ? { search } : {}),
    ...(problem ? { error: problem.message } : {}),
  });
  return show(c, page, { deps, identity, ...(problem ? { problem } : {}) });
}

/** Rows with the prices as they are now; newcomers are waited for a moment. */
async function rowsOf(deps: Deps, tickers: readonly Ticker[], { signedIn }: { signedIn: boolean }) {
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
async function signedInUser(c: Context<Env>, deps: Deps): Promise<Identity | undefined> {
  const identity = await identify(c.req.raw, deps);
  const refreshToken = refreshCookie.read(c.req.raw, deps.config);
  if (identity || !refreshToken) return identity;
  const outcome = await deps.auth.refresh(refreshToken);
  if (outcome.kind !== "ok") return undefined;
  setSignInCookies(c, outcome.tokens, deps.config);
  return outcome.identity;
}

/** The text fields of a form; files are ignored, and of a repeated field the last one counts. */
async function readForm(c: Context<Env>): Promise<Partial<Record<string, string>>> {
  const body = await c.req.parseBody().catch((cause: unknown) => {
    if (cause instanceof TypeError) throw new Problem("bad_request", { cause });
    throw cause;
  });
  const fields = Object.entries(body);
  return Object.fromEntries(
    fields.filter((field): field is [string, string] => typeof field[1] === "string"),
  );
}

/** A refusal that the page explains; anything else goes on to the error handler. */
function expected(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

function fieldErrors(error: z.ZodError): NonNullable<RegisterProps["fieldErrors"]> {
  return Object.fromEntries(
    error.issues.map(({ path, message }) => [String(path[0]), message]).reverse(),
  );
}
