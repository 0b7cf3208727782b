// Owns the map of the service: every URL and the order of the middleware stand on this screen.

import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { getPathNoStrict } from "hono/utils/url";
import type { Deps } from "../lib/deps.ts";
import { accountApi } from "./api/account.ts";
import { authApi } from "./api/auth.ts";
import { addApiDocs } from "./api/docs.ts";
import { firstListApi, listsApi } from "./api/lists/lists.ts";
import { quotesApi } from "./api/quotes.ts";
import { securitiesApi } from "./api/securities.ts";
import { sessionsApi } from "./api/sessions.ts";
import { publicKeyRoutes, userApi } from "./api/user.ts";
import { assetRoutes } from "./assets.ts";
import { devRoutes } from "./dev.ts";
import type { Env } from "./env.ts";
import { healthRoutes } from "./health.ts";
import { createLiveRoutes } from "./live.ts";
import { createRefusalAudit } from "./middleware/audit.ts";
import { corsFor, corsPaths } from "./middleware/cors.ts";
import { createAnswer, errorHandler, methodRefusal, notFoundHandler } from "./middleware/errors.ts";
import { refuseForeignNames } from "./middleware/local_names.ts";
import { observeRequests } from "./middleware/observe_requests.ts";
import { readBody } from "./middleware/read_body.ts";
import { refuseCostly } from "./middleware/refuse_costly.ts";
import { createRefusalWarning, guardAgainstForgery } from "./middleware/same_origin.ts";
import { onRefusal, securityHeaders } from "./middleware/security_headers.ts";
import { boundProgress, takeTurns } from "./middleware/take_turns.ts";
import { accountRoutes } from "./pages/account/handlers.ts";
import { arrangeRoutes } from "./pages/arrange/handlers.ts";
import { createErrorPage } from "./pages/error/handlers.ts";
import { homeRoutes } from "./pages/home/handlers.ts";
import { createPageKit } from "./pages/kit.ts";
import { registerRoutes } from "./pages/register/handlers.ts";
import { resetRoutes } from "./pages/reset/handlers.ts";
import { signInRoutes } from "./pages/sign_in/handlers.ts";
import { stockRoutes } from "./pages/stock/handlers.ts";
import { watchlistRoutes } from "./pages/watchlist/handlers.ts";

export function createApp(deps: Deps): OpenAPIHono<Env> {
  const { config, log } = deps;
  const app = new OpenAPIHono<Env>({ getPath: routePath });
  const warn = createRefusalWarning(log);
  const live = createLiveRoutes(deps, warn);
  const kit = createPageKit(deps);
  const answer = createAnswer(createErrorPage(deps, kit));

  const turns = takeTurns();
  const localNames = refuseForeignNames(config);

  // Before all other middleware: the answer to an upgrade must reach the platform as it was made.
  app.use("/ws/*", onRefusal(securityHeaders(deps)), localNames, turns);
  app.get("/ws", live.socket);
  app.get("/ws/stocks/:ticker", live.stock);

  app.use(observeRequests(deps));
  app.use(securityHeaders(deps));
  app.use(localNames);
  if (config.allowedOrigins.length > 0) {
    for (const path of corsPaths) app.use(path, corsFor(config.allowedOrigins));
  }
  app.use(turns);
  refuseCostly(app, deps);
  app.use(guardAgainstForgery({ ...config, warn }));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: methodRefusal(answer) }));
  app.use(readBody(deps));

  app.route("/", healthRoutes(deps)); // /healthz /readyz /metrics: they answer in a busy process, too
  app.use(boundProgress());
  app.get("/events", live.events);
  if (config.devBuild !== undefined) app.route("/", devRoutes(config.devBuild)); // /dev/events
  app.route("/", assetRoutes(deps)); //  /assets/{name} /favicon.ico /robots.txt

  app.route("/api/auth", authApi(deps)); //             /register /login /refresh /logout
  app.route("/api/me", userApi(deps));
  app.route("/api/sessions", sessionsApi(deps)); //     / /{id}
  app.route("/api/account", accountApi(deps)); //       / /password /export
  app.route("/api/securities", securitiesApi(deps)); // / /{ticker}
  app.route("/api/quotes", quotesApi(deps)); //         / /series
  app.route("/api/watchlist", firstListApi(deps)); //   / /order /{ticker}
  app.route("/api/watchlists", listsApi(deps)); //      / /{id} and below it /items /order /export /import
  app.route("/.well-known", publicKeyRoutes(deps)); //  /jwks.json
  addApiDocs(app, deps); //                             /api/openapi.json /api/docs

  app.route("/", homeRoutes(deps, kit));
  app.route("/login", signInRoutes(deps, kit));
  app.route("/register", registerRoutes(deps, kit));
  app.route("/reset", resetRoutes(deps, kit));
  app.route("/watchlist/arrange", arrangeRoutes(deps, kit));
  app.route("/watchlist", watchlistRoutes(deps, kit));
  app.route("/stocks", stockRoutes(deps, kit)); //      /{ticker}
  app.route("/account", accountRoutes(deps, kit)); //   / /export

  app.notFound(notFoundHandler(answer));
  app.onError(errorHandler({ log, answer, auditRefusal: createRefusalAudit(deps) }));
  return app;
}

/** A trailing slash makes no difference. /login takes the page's form, and JSON like /api/auth/login. */
function routePath(request: Request): string {
  const found = getPathNoStrict(request);
  // CONNECT may have an address without any path. No middleware would match it, so that its answer had no security headers.
  const path = found.startsWith("/") ? found : `/${found}`;
  const contentType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  return path === "/login" && request.method === "POST" && contentType === "application/json"
    ? "/api/auth/login"
    : path;
}
