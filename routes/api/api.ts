// Owns what every part of the API is made with: the router, the words of the OpenAPI document, and the guard.

import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../../lib/deps.ts";
import { Problem, type ProblemCode, problems } from "../../lib/errors.ts";
import type { Env } from "../env.ts";
import { requireSignIn } from "../middleware/session.ts";

/** A part of the API, to be mounted at its address. */
export function createApi(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid });
}

/** For a route's definition: the guard, and the document's word of it. One never stands without the other. */
export function signedIn(deps: Pick<Deps, "auth" | "config">) {
  return { middleware: requireSignIn(deps), security: [{ bearer: [] }] };
}

/** An answer in JSON, for a route's table of responses. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A body in JSON. */
export function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(Object.keys(problems) as [ProblemCode]),
  detail: z.string(),
}).openapi("Problem");

/** The answer of a refusal, by the codes it may carry. */
export function refusal(...codes: ProblemCode[]) {
  const description = describeCodes(codes);
  return { description, content: { "application/problem+json": { schema: problem } } };
}

/** Each code with its public text. */
export function describeCodes(codes: readonly ProblemCode[]): string {
  return codes.map((code) => `\`${code}\`: ${problems[code][1]}`).join(" ");
}

const fieldLengthMax = 100;
const messageLengthMax = 200;

/** Zod's verdict on a body, a query or a path, as one sentence. */
function refuseInvalid(
  result: { success: true } | { success: false; target: string; error: z.ZodError },
) {
  if (result.success) return;
  const [issue] = result.error.issues;
  throw new Problem(result.target === "json" ? "invalid_body" : "invalid_query", {
    field: issue?.path.join(".").slice(0, fieldLengthMax),
    detail: issue?.message.slice(0, messageLengthMax),
  });
}
