// Owns the API of a user's lists as wholes, under /api/watchlists: making, naming, ordering and deleting them.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../../../lib/deps.ts";
import { listRef, readLists } from "../../../lib/lists/find_list.ts";
import type { Env } from "../../env.ts";
import { body, createApi, json, refusal, signedIn } from "../api.ts";
import { addFileRoutes } from "./files.ts";
import { addFirstListRoutes, addItemRoutes } from "./items.ts";
import { list, listEdit, listParam as params, newList } from "./schemas.ts";
import { ifMatched, listOf, setEtag } from "./state.ts";

const tags = ["Lists"];
const refusals = { 401: refusal("invalid_token"), 404: refusal("unknown_list") };

const readAll = {
  method: "get",
  path: "/",
  tags,
  summary: "All lists in the user's order, without prices",
  responses: { 200: json(z.array(list), "The first one first"), ...refusals },
} as const;

const create = {
  method: "post",
  path: "/",
  tags,
  summary: "Make a list; it comes after the others",
  request: { body: body(newList) },
  responses: {
    201: json(list, "The new list; Location is its address"),
    400: refusal("invalid_body"),
    409: refusal("too_many_lists"),
    429: refusal("rate_limited"),
    ...refusals,
  },
} as const;

const edit = {
  method: "patch",
  path: "/{id}",
  tags,
  summary: "Rename a list, or move it among the user's lists",
  request: { params, body: body(listEdit) },
  responses: {
    200: json(list, "The list as it is now"),
    400: refusal("invalid_body"),
    412: refusal("version_differs"),
    429: refusal("rate_limited"),
    ...refusals,
  },
} as const;

const remove = {
  method: "delete",
  path: "/{id}",
  tags,
  summary: "Delete a list; the only one stays",
  request: { params },
  responses: {
    204: { description: "Deleted" },
    409: refusal("last_list"),
    412: refusal("version_differs"),
    429: refusal("rate_limited"),
    ...refusals,
  },
} as const;

/** /api/watchlist: the first list. */
export function firstListApi(deps: Deps) {
  const api = createApi();
  addFirstListRoutes(api, deps);
  return api;
}

/** /api/watchlists: all lists, and each by its id. */
export function listsApi(deps: Deps) {
  const api = createApi();
  addListRoutes(api, deps);
  addItemRoutes(api, deps);
  addFileRoutes(api, deps);
  return api;
}

function addListRoutes(api: OpenAPIHono<Env>, deps: Deps) {
  const { store, lists } = deps;
  const guard = signedIn(deps);

  api.openapi(createRoute({ ...readAll, ...guard }), async (c) => {
    const all = await readLists(store, c.var.identity.userId);
    return c.json(all.map(listOf), 200);
  });

  api.openapi(createRoute({ ...create, ...guard }), async (c) => {
    const { userId } = c.var.identity;
    const made = await lists.create({ userId, ...c.req.valid("json") });
    c.header("Location", `/api/watchlists/${made.id}`);
    setEtag(c, made);
    return c.json(listOf(made), 201);
  });

  api.openapi(createRoute({ ...edit, ...guard }), async (c) => {
    const named = listRef(c.var.identity.userId, c.req.valid("param").id);
    const change = await ifMatched(c, { list: named, store });
    const edited = await lists.edit({ ...change, ...c.req.valid("json") });
    setEtag(c, edited);
    return c.json(listOf(edited), 200);
  });

  api.openapi(createRoute({ ...remove, ...guard }), async (c) => {
    const named = listRef(c.var.identity.userId, c.req.valid("param").id);
    await lists.delete(await ifMatched(c, { list: named, store }));
    return c.body(null, 204);
  });
}
