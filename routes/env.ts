// Owns what Hono carries with a request: the platform's facts, and what middleware found out.

import type { Identity } from "../lib/identity.ts";

export interface Env {
  Bindings: Partial<Deno.ServeHandlerInfo>;
  Variables: {
    /** Set by the middleware that signs in; routes without it may not know who calls. */
    identity?: Identity;
    secureHeadersNonce?: string;
  };
}

/** Behind a guard the identity is known. A route that reads it without its guard does not type-check. */
export interface SignedInEnv extends Env {
  Variables: Env["Variables"] & { identity: Identity };
}
