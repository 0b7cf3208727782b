// Owns the routes of built files. Their names carry a hash of their content, so that browsers may cache them forever.

import { Hono } from "hono";
import type { Deps } from "../lib/deps.ts";
import { assetsPath } from "../lib/render/assets.ts";
import type { Env } from "./env.ts";

export function assetRoutes({ assets }: Pick<Deps, "assets">) {
  const app = new Hono<Env>();

  app.get(`${assetsPath}:name`, (c) => {
    const file = assets.file(c.req.param("name"), c.req.header("accept-encoding"));
    return file ? c.body(file.bytes, 200, file.headers) : c.notFound();
  });

  app.get("/favicon.ico", (c) => c.redirect(assets.path("favicon.svg"), 302));
  app.get("/robots.txt", (c) => c.text("User-agent: *\nDisallow: /api/\n"));

  return app;
}
