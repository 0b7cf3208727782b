// Owns how faults reach a client: as problem+json, or as a page for a browser. The cause goes to the log only.

import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "@hono/zod-openapi";
import type { Deps } from "../../lib/deps.ts";
import { Problem, type ProblemCode } from "../../lib/errors.ts";
import type { Env } from "./http.ts";
import { errorPage } from "../pages/pages.ts";
import { problemResponse } from "./problem.ts";

const codeOfStatus: Record<number, ProblemCode> = {
  400: "bad_request",
  413: "body_too_large",
  415: "unsupported_media_type",
};

export function errorHandler(deps: Deps): ErrorHandler<Env> {
  return function handleError(error, c) {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      const { method, path } = c.req;
      const { code } = problem;
      // A full queue is no fault of ours to mend: it is told, and counted by its status.
      const level = code === "internal" ? "error" : "debug";
      deps.log[level](
        {
          method,
          path,
          code,
          // Read when the line is written only: in a flood of refusals stacks would cost more than all the rest.
          get cause() {
            return describe(error);
          },
        },
        "Request failed",
      );
    }
    return answer(c, { problem, deps });
  };
}

export function notFoundHandler(deps: Deps): NotFoundHandler<Env> {
  return function handleNotFound(c) {
    return answer(c, { problem: new Problem("not_found"), deps });
  };
}

export function methodRefusal(deps: Deps) {
  return function refuseMethod(c: Context<Env>, allowed: readonly string[]) {
    const headers = { Allow: allowed.join(", ") };
    return answer(c, { problem: new Problem("method_not_allowed", { headers }), deps });
  };
}

/** Zod's verdict on a body, a query or a path, told in one sentence. */
export function refuseInvalid(
  result: { success: true } | { success: false; target: string; error: z.ZodError },
) {
  if (result.success) return;
  const [issue] = result.error.issues;
  const code = result.target === "json" ? "invalid_body" : "invalid_query";
  throw new Problem(code, {
    field: issue?.path.join(".").slice(0, 100),
    detail: issue?.message.slice(0, 200),
  });
}

export function refuseLarge(): never {
  throw new Problem("body_too_large");
}

function problemOf(error: Error): Problem {
  if (error instanceof Problem) return error;
  // The client left in the middle of its body.
  if (error instanceof Deno.errors.BadResource) return new Problem("bad_request", { cause: error });
  const code = error instanceof HTTPException ? codeOfStatus[error.status] : undefined;
  return new Problem(code ?? "internal", { cause: error });
}

/** The stack without the message's tail: libraries put whole commands into messages. */
function describe(error: Error): string {
  const cause = error instanceof Problem && error.cause instanceof Error ? error.cause : error;
  return `${cause.name}: ${cause.message.slice(0, 200)} ${
    cause.stack?.split("\n")[1]?.trim() ?? ""
  }`;
}

function answer(c: Context<Env>, { problem, deps }: { problem: Problem; deps: Deps }) {
  const wantsPage = c.req.header("accept")?.includes("text/html") ?? false;
  if (!wantsPage || /^\/(api|ws)(\/|$)/.test(c.req.path)) {
    // Not the response itself: the context adds cookies set on the way.
    const response = problemResponse(problem);
    return c.newResponse(response.body, response);
  }
  return errorPage(c, { problem, deps });
}
