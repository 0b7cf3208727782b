// Owns the documentation of the API: the OpenAPI document and its browsable page.

import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import type { Deps } from "../../lib/deps.ts";
import type { Env } from "../env.ts";
import { docsPolicy } from "../middleware/security_headers.ts";
import { addCommonRefusals, type ApiDocument } from "./common_refusals.ts";

const head = {
  openapi: "3.1.0",
  info: {
    title: "Quoteboard",
    version: "1",
    description: "A live stock watchlist. Prices in decimal text, times in ISO 8601 UTC. " +
      "Errors are application/problem+json with a stable `code`. Live prices: GET /ws. " +
      "Any request may get 503 `busy` with Retry-After while too many are in progress, and 408 " +
      "`body_too_slow` if its body takes more than 10 seconds.",
  },
};

export function addApiDocs(app: OpenAPIHono<Env>, { assets }: Pick<Deps, "assets">) {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token of /api/auth/login. Browsers of the page use a cookie instead.",
  });

  // Created at the first request, when all routes exist; then only its text is sent.
  let text: string | undefined;
  app.get("/api/openapi.json", (c) => {
    text ??= JSON.stringify(documentOf(app));
    return c.body(text, 200, { "Content-Type": "application/json" });
  });

  app.get("/api/docs", (c) => {
    const nonce = c.get("secureHeadersNonce") ?? "";
    c.header("Content-Security-Policy", docsPolicy(nonce));
    return c.html(html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Quoteboard API</title>
    <link rel="icon" href="${assets.path("favicon.svg")}">
    <link rel="stylesheet" href="${assets.path("swagger-ui.css")}">
  </head>
  <body>
    <div id="docs"></div>
    <script nonce="${nonce}" src="${assets.path("swagger-ui-bundle.js")}"></script>
    <script nonce="${nonce}">
      SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#docs", deepLinking: true });
    </script>
  </body>
</html>`);
  });
}

function documentOf(app: OpenAPIHono<Env>): ApiDocument {
  const document = app.getOpenAPI31Document(head);
  addCommonRefusals(document);
  return document;
}
