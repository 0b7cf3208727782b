// Owns showing a problem as a page.

import type { Deps } from "../../../lib/deps.ts";
import type { AnswerProblem } from "../../middleware/errors.ts";
import { identify } from "../../middleware/session.ts";
import type { PageKit } from "../kit.ts";
import { errorPage } from "./ErrorPage.tsx";

export function createErrorPage(deps: Deps, kit: PageKit): AnswerProblem {
  return async function showError(c, problem) {
    // The fault may have come before the page's own middleware.
    const identity = c.get("identity") ?? await identify(c.req.raw, deps);
    if (identity) c.set("identity", identity);
    const { status, message: text } = problem;
    const isSignedIn = identity !== undefined;
    return kit.show(c, errorPage({ status, text, isSignedIn }), problem);
  };
}
