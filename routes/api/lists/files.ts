// Owns the API of a list's way into and out of files, under /api/watchlists/{id}.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../../../lib/deps.ts";
import { textOfFile } from "../../../lib/interchange/read_list.ts";
import { findList, listRef } from "../../../lib/lists/find_list.ts";
import { exportList } from "../../../lib/lists/export_list.ts";
import { importList } from "../../../lib/lists/list_import.ts";
import type { Env } from "../../env.ts";
import { json, refusal, signedIn } from "../api.ts";
import { formatQuery, importAnswer, listParam as params } from "./schemas.ts";
import { ifMatched, setEtag, stateOf } from "./state.ts";

const tags = ["Lists"];
const text = { schema: z.string() };

const download = {
  method: "get",
  path: "/{id}/export",
  tags,
  summary: "A list as a file: plain text, Yahoo's CSV, or TradingView's list",
  request: { params, query: formatQuery },
  responses: {
    200: { description: "The file", content: { "text/plain": text, "text/csv": text } },
    400: refusal("invalid_query"),
    401: refusal("invalid_token"),
    404: refusal("unknown_list"),
  },
} as const;

const upload = {
  method: "post",
  path: "/{id}/import",
  tags,
  summary: "Add what a file of another program lists; its format is detected unless named",
  request: {
    params,
    query: formatQuery,
    body: { content: { "text/plain": text, "text/csv": text } },
  },
  responses: {
    200: json(importAnswer, "What became of each line; sent again, it changes nothing"),
    400: refusal("bad_request", "invalid_query"),
    401: refusal("invalid_token"),
    404: refusal("unknown_list"),
    412: refusal("version_differs"),
    413: refusal("body_too_large"),
    429: refusal("rate_limited"),
  },
} as const;

export function addFileRoutes(api: OpenAPIHono<Env>, deps: Deps) {
  const { store, lists, securities, bus } = deps;
  const guard = signedIn(deps);

  api.openapi(createRoute({ ...download, ...guard }), async (c) => {
    const ref = listRef(c.var.identity.userId, c.req.valid("param").id);
    const list = await findList(store, ref);
    const { format = "text" } = c.req.valid("query");
    const file = exportList(list, { format, securities, bus });
    setEtag(c, list);
    return c.body(file.text, 200, file.headers);
  });

  api.openapi(createRoute({ ...upload, ...guard }), async (c) => {
    const ref = listRef(c.var.identity.userId, c.req.valid("param").id);
    const change = await ifMatched(c, { list: ref, store });
    const content = textOfFile(new Uint8Array(await c.req.arrayBuffer()));
    const { format } = c.req.valid("query");
    const { list, ...report } = await importList(content, { change, format, lists, securities });
    setEtag(c, list);
    return c.json({ ...stateOf(list), ...report }, 200);
  });
}
