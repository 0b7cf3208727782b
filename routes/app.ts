// Owns the map of the service: every URL and the order of the middleware stand on this screen.

import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { getPathNoStrict } from "hono/utils/url";
import type { Deps } from "../lib/deps.ts";
import { accountRoutes } from "./api/account.ts";
import { accountPageRoutes } from "./pages/account/account_page.ts";
import { assetRoutes } from "./assets.ts";
import { arrangePageRoutes } from "./pages/arrange/arrange_page.ts";
import { authRoutes } from "./api/auth.ts";
import { docsRoutes } from "./api/docs.ts";
import {
  errorHandler,
  methodRefusal,
  notFoundHandler,
  refuseInvalid,
  refuseLarge,
} from "./middleware/errors.ts";
import { healthRoutes } from "./health.ts";
import type { Env } from "./middleware/http.ts";
import { listFileRoutes } from "./api/lists/files.ts";
import { listRoutes } from "./api/lists/lists.ts";
import { createLiveRoutes } from "./live.ts";
import { pageRoutes } from "./pages/pages.ts";
import { observeRequests } from "./middleware/observe_requests.ts";
import { guardAgainstForgery } from "./middleware/same_origin.ts";
import { resetPageRoutes } from "./pages/reset/reset_page.ts";
import { securitiesRoutes } from "./api/securities.ts";
import { securityHeaders } from "./middleware/security_headers.ts";
import { watchlistPageRoutes } from "./pages/watchlist/watchlist_page.ts";
import { watchlistRoutes } from "./api/lists/items.ts";

/** Larger bodies answer 413. */
const bodyBytesMax = 64 * 1024;

export function createApp(deps: Deps): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ getPath: routePath, defaultHook: refuseInvalid });
  const live = createLiveRoutes(deps);

  app.get("/ws", live.socket); //                                 the live protocol
  app.get("/ws/stocks/:ticker", live.stock); //                   one public price stream

  app.use(observeRequests(deps));
  app.use(securityHeaders(deps));
  for (const path of corsPaths(deps)) app.use(path, corsFor(deps));
  app.use(guardAgainstForgery(deps.config));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: methodRefusal(deps) }));
  app.use(bodyLimit({ maxSize: bodyBytesMax, onError: refuseLarge }));

  app.get("/events", live.events); // the same as Server-Sent Events
  healthRoutes(app, deps); //     /healthz /readyz /metrics
  assetRoutes(app, deps); //      /assets/* /favicon.ico /robots.txt
  authRoutes(app, deps); //       /api/auth/* /api/me /.well-known/jwks.json
  accountRoutes(app, deps); //    /api/sessions* /api/account*
  securitiesRoutes(app, deps); // /api/securities* /api/quotes
  watchlistRoutes(app, deps); //  /api/watchlist* /api/watchlists/{id}/items /order
  listRoutes(app, deps); //       /api/watchlists /api/watchlists/{id}
  listFileRoutes(app, deps); //   /api/watchlists/{id}/export /import
  docsRoutes(app, deps); //       /api/openapi.json /api/docs
  pageRoutes(app, deps); //       / /login /register
  watchlistPageRoutes(app, deps); // /watchlist
  arrangePageRoutes(app, deps); //   /watchlist/arrange
  accountPageRoutes(app, deps); //   /account
  resetPageRoutes(app, deps); //     /reset

  app.notFound(notFoundHandler(deps));
  app.onError(errorHandler(deps));
  return app;
}

function corsPaths({ config }: Pick<Deps, "config">): string[] {
  return config.allowedOrigins.length > 0 ? ["/api/*", "/login", "/events", "/.well-known/*"] : [];
}

/** Other web origins call with a Bearer token; our cookies are never sent across sites. */
function corsFor({ config }: Pick<Deps, "config">) {
  return cors({
    origin: [...config.allowedOrigins],
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "If-Match"],
    exposeHeaders: ["Content-Disposition", "ETag", "Location", "Retry-After"],
    maxAge: 600,
  });
}

/** A trailing slash makes no difference. /login takes the page's form, and JSON like /api/auth/login. */
function routePath(request: Request): string {
  const path = getPathNoStrict(request);
  const contentType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  return path === "/login" && request.method === "POST" && contentType === "application/json"
    ? "/api/auth/login"
    : path;
}
