// Owns the routes of built files. Their names carry a hash of their content, so they may be kept forever.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../lib/deps.ts";
import { assetsPath } from "../lib/render/assets.ts";
import type { Env } from "./middleware/http.ts";

export function assetRoutes(app: OpenAPIHono<Env>, { assets }: Pick<Deps, "assets">) {
  app.get(`${assetsPath}:name`, (c) => {
    const file = assets.file(c.req.param("name"), c.req.header("accept-encoding"));
    return file ? c.body(file.bytes, 200, file.headers) : c.notFound();
  });

  app.get("/favicon.ico", (c) => c.redirect(assets.path("favicon.svg"), 302));
  app.get("/robots.txt", (c) => c.text("User-agent: *\nDisallow: /api/\n"));
}
