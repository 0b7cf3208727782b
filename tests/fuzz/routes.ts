// Owns the list of addresses to fuzz: those in the service's OpenAPI document, and all others.

import { z } from "zod";

export interface FuzzRoute {
  readonly method: string;
  /** Parameters are in braces. */
  readonly path: string;
  readonly query: readonly string[];
  /** The JSON schema of the request body. */
  readonly body: Schema | undefined;
  /** The fields of the form, for pages. */
  readonly form: readonly string[];
}

export type Schema = z.infer<typeof schema>;

const schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  get items() {
    return schema.optional();
  },
  $ref: z.string().optional(),
});

const operation = z.looseObject({
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).optional(),
  requestBody: z.looseObject({
    content: z.record(z.string(), z.looseObject({ schema: schema.optional() })),
  }).optional(),
});

const description = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), schema).optional() }).optional(),
});

/** Addresses outside the API: pages with their forms, operators' addresses, assets, live sockets, and unknown ones. */
const others: readonly [method: string, path: string, form?: string[]][] = [
  ["GET", "/"],
  ["GET", "/login"],
  ["POST", "/login", ["username", "password"]],
  ["GET", "/register"],
  ["POST", "/register", ["username", "password", "email", "firstName", "lastName"]],
  ["GET", "/watchlist"],
  ["GET", "/watchlist/arrange"],
  ["POST", "/watchlist/arrange", ["place"]],
  ["POST", "/watchlist", ["ticker", "remove", "action", "name", "position", "text", "file"]],
  ["GET", "/stocks/{ticker}"],
  ["POST", "/stocks/{ticker}", ["add", "remove"]],
  ["GET", "/account"],
  ["POST", "/account", ["action", "oldPassword", "newPassword", "session", "password"]],
  ["GET", "/account/export"],
  ["GET", "/reset"],
  ["POST", "/reset", ["token", "newPassword"]],
  ["GET", "/healthz"],
  ["GET", "/readyz"],
  ["GET", "/metrics"],
  ["GET", "/ws"],
  ["GET", "/ws/stocks/{ticker}"],
  ["GET", "/events"],
  ["GET", "/assets/{name}"],
  ["GET", "/favicon.ico"],
  ["GET", "/robots.txt"],
  ["GET", "/.well-known/jwks.json"],
  ["GET", "/api/openapi.json"],
  ["GET", "/api/docs"],
  ["GET", "/{name}"],
  ["GET", "/api/{name}"],
];

const pageQueries = ["query", "tickers", "signed-out", "limit", "token", "list", "export"];

export async function routesOf(url: string): Promise<FuzzRoute[]> {
  const response = await fetch(`${url}/api/openapi.json`);
  const { paths, components } = description.parse(await response.json());
  const found = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]): FuzzRoute => ({
      method: method.toUpperCase(),
      path,
      query: parameters.filter((each) => each.in === "query").map(({ name }) => name),
      body: resolved(requestBody?.content["application/json"]?.schema, components?.schemas),
      form: [],
    }))
  );
  const beside = others.map(([method, path, form = []]): FuzzRoute => ({
    method,
    path,
    query: pageQueries,
    body: undefined,
    form,
  }));
  return [...found, ...beside];
}

/** Resolves only the outermost reference, because the API's bodies are flat. */
function resolved(body: Schema | undefined, schemas: Record<string, Schema> = {}) {
  const name = body?.$ref?.split("/").at(-1);
  return name === undefined ? body : schemas[name];
}
