// Owns how a user reads in the API, GET /api/me, and the public keys by which others verify our tokens.

import { createRoute, z } from "@hono/zod-openapi";
import { Hono } from "hono";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import type { User } from "../../lib/store/store.ts";
import type { Env } from "../env.ts";
import { createApi, json, refusal, signedIn } from "./api.ts";

export const user = z.object({
  id: z.string(),
  username: z.string(),
  email: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
}).openapi("User");

/** Both spellings of the names: clients of the case study read snake_case. */
export function userOf({ id, username, email, firstName, lastName }: User) {
  return {
    id,
    username,
    email,
    firstName,
    lastName,
    first_name: firstName,
    last_name: lastName,
  };
}

export function userApi(deps: Pick<Deps, "auth" | "config" | "store">) {
  const api = createApi();
  const route = createRoute({
    ...signedIn(deps),
    method: "get",
    path: "/",
    tags: ["Sign-in"],
    summary: "The signed-in user",
    responses: { 200: json(user, "The user"), 401: refusal("invalid_token") },
  });
  api.openapi(route, async (c) => {
    const found = await deps.store.user(c.var.identity.userId);
    if (!found) throw new Problem("invalid_token");
    return c.json(userOf(found), 200);
  });
  return api;
}

export function publicKeyRoutes({ auth }: Pick<Deps, "auth">) {
  return new Hono<Env>().get("/jwks.json", (c) => {
    c.header("Cache-Control", "public, max-age=300");
    return c.json(auth.jwks());
  });
}
