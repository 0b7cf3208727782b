// Owns the refusals that come before a route's own handler, or from the store behind it, and writes them into the OpenAPI document.

import type { OpenAPIHono } from "@hono/zod-openapi";
import { type ProblemCode, problems } from "../../lib/errors.ts";
import { describeCodes } from "./api.ts";

export type ApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

type Operation = NonNullable<NonNullable<ApiDocument["paths"]>[string]["get"]>;

const methods = ["get", "post", "put", "patch", "delete"] as const;
type Method = typeof methods[number];

/** A route's definition names the refusals of its own; these follow from its method, its body and its guard. */
export function addCommonRefusals({ paths = {} }: ApiDocument): void {
  for (const item of Object.values(paths)) {
    for (const method of methods) {
      const operation = item[method];
      if (!operation) continue;
      for (const code of commonCodes(method, operation)) addRefusal(operation, code);
    }
  }
}

function commonCodes(method: Method, { security, requestBody }: Operation): ProblemCode[] {
  const codes: ProblemCode[] = [];
  if (method !== "get") codes.push("forbidden_origin");
  if (requestBody && "content" in requestBody) {
    codes.push("body_too_large");
    if (requestBody.content["application/json"]) {
      codes.push("bad_request", "unsupported_media_type");
    }
  }
  // All that belongs to a user is in the store.
  if (security) codes.push("unavailable");
  return codes;
}

function addRefusal(operation: Operation, code: ProblemCode): void {
  const [status] = problems[code];
  const { description = "" } = operation.responses?.[status] ?? {};
  if (description.includes(`\`${code}\``)) return;
  const schema = { $ref: "#/components/schemas/Problem" };
  operation.responses = {
    ...operation.responses,
    [status]: {
      description: `${description} ${describeCodes([code])}`.trimStart(),
      content: { "application/problem+json": { schema } },
    },
  };
}
