// Owns the API routes of a user's lists as wholes: making, naming, ordering and deleting them.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../../../lib/deps.ts";
import { type Env, requireSignIn } from "../../middleware/http.ts";
import { createListChanges, listsOf } from "../../list_changes.ts";
import { changeOf, listNamed, listOf, setEtag } from "./requests.ts";
import { list, listEdit, listParam, newList } from "./schemas.ts";
import * as schemas from "../schemas.ts";

const common = { tags: ["Lists"], security: [{ bearer: [] }] };
const refusals = {
  401: schemas.refusal("invalid_token"),
  404: schemas.refusal("unknown_list"),
};

const readAll = createRoute({
  ...common,
  method: "get",
  path: "/api/watchlists",
  summary: "All lists in the user's order, without prices",
  responses: { 200: schemas.json(z.array(list), "The first one first"), ...refusals },
});

const create = createRoute({
  ...common,
  method: "post",
  path: "/api/watchlists",
  summary: "Make a list; it comes after the others",
  request: { body: schemas.body(newList) },
  responses: {
    201: schemas.json(list, "The new list; Location is its address"),
    400: schemas.refusal("invalid_body"),
    409: schemas.refusal("too_many_lists"),
    ...refusals,
  },
});

const edit = createRoute({
  ...common,
  method: "patch",
  path: "/api/watchlists/{id}",
  summary: "Rename a list, or move it among the user's lists",
  request: { params: listParam, body: schemas.body(listEdit) },
  responses: {
    200: schemas.json(list, "The list as it is now"),
    400: schemas.refusal("invalid_body"),
    412: schemas.refusal("version_differs"),
    ...refusals,
  },
});

const remove = createRoute({
  ...common,
  method: "delete",
  path: "/api/watchlists/{id}",
  summary: "Delete a list; the only one stays",
  request: { params: listParam },
  responses: {
    204: { description: "Deleted" },
    409: schemas.refusal("last_list"),
    412: schemas.refusal("version_differs"),
    ...refusals,
  },
});

export function listRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const changes = createListChanges(deps);
  const signedIn = requireSignIn(deps);

  app.openapi(createRoute({ ...readAll, middleware: signedIn }), async (c) => {
    const lists = await listsOf(deps, c.var.identity.userId);
    return c.json(lists.map(listOf), 200);
  });

  app.openapi(createRoute({ ...create, middleware: signedIn }), async (c) => {
    const { userId } = c.var.identity;
    const made = await changes.create({ userId, ...c.req.valid("json") });
    c.header("Location", `/api/watchlists/${made.id}`);
    setEtag(c, made);
    return c.json(listOf(made), 201);
  });

  app.openapi(createRoute({ ...edit, middleware: signedIn }), async (c) => {
    const target = listNamed(c, c.req.valid("param").id);
    const edited = await changes.edit({
      ...await changeOf(c, { list: target, deps }),
      ...c.req.valid("json"),
    });
    setEtag(c, edited);
    return c.json(listOf(edited), 200);
  });

  app.openapi(createRoute({ ...remove, middleware: signedIn }), async (c) => {
    const target = listNamed(c, c.req.valid("param").id);
    await changes.delete(await changeOf(c, { list: target, deps }));
    return c.body(null, 204);
  });
}
