// Owns what happens to a fault: it becomes a Problem, the log gets its cause, the client its answer.

import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { Problem, type ProblemCode } from "../../lib/errors.ts";
import type { Log } from "../../lib/log.ts";
import type { Env } from "../env.ts";
import type { AuditRefusal } from "./audit.ts";
import { problemResponse } from "./problem.ts";

export type AnswerProblem = (
  c: Context<Env>,
  problem: Problem,
) => Response | Promise<Response>;

const codeOfStatus: Record<number, ProblemCode> = {
  400: "bad_request",
  413: "body_too_large",
  415: "unsupported_media_type",
};

/** A page for a browser that asks for one, problem+json for programs. */
export function createAnswer(showPage: AnswerProblem): AnswerProblem {
  return function answer(c, problem) {
    const wantsPage = c.req.header("accept")?.includes("text/html") ?? false;
    if (wantsPage && !/^\/(api|ws)(\/|$)/.test(c.req.path)) return showPage(c, problem);
    // Not the response itself: the context adds cookies set on the way.
    const response = problemResponse(problem);
    return c.newResponse(response.body, response);
  };
}

export function errorHandler(
  { log, answer, auditRefusal }: {
    log: Log;
    answer: AnswerProblem;
    auditRefusal?: AuditRefusal;
  },
): ErrorHandler<Env> {
  return function handleError(error, c) {
    const problem = problemOf(error);
    auditRefusal?.(c, problem);
    if (problem.status >= 500) {
      const { method, path } = c.req;
      const { code } = problem;
      // Operators cannot mend a full queue: its status is counted, and its line is for debugging.
      const level = code === "internal" ? "error" : "debug";
      log[level](
        {
          method,
          path,
          code,
          // Read only when the line is written: in a flood of refusals stacks would cost more than all the rest.
          get cause() {
            return describe(error);
          },
        },
        "Request failed",
      );
    }
    return answer(c, problem);
  };
}

export function notFoundHandler(answer: AnswerProblem): NotFoundHandler<Env> {
  return function handleNotFound(c) {
    return answer(c, new Problem("not_found"));
  };
}

export function methodRefusal(answer: AnswerProblem) {
  return function refuseMethod(c: Context<Env>, allowed: readonly string[]) {
    return answer(c, new Problem("method_not_allowed", { headers: { Allow: allowed.join(", ") } }));
  };
}

function problemOf(error: Error): Problem {
  if (error instanceof Problem) return error;
  // The client left in the middle of its body.
  if (error instanceof Deno.errors.BadResource) return new Problem("bad_request", { cause: error });
  const code = error instanceof HTTPException ? codeOfStatus[error.status] : undefined;
  return new Problem(code ?? "internal", { cause: error });
}

/** The stack's first line, and no more of the message: libraries put whole commands into messages. */
function describe(error: Error): string {
  const cause = error instanceof Problem && error.cause instanceof Error ? error.cause : error;
  return `${cause.name}: ${cause.message.slice(0, 200)} ${
    cause.stack?.split("\n")[1]?.trim() ?? ""
  }`;
}
