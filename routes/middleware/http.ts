// Owns the facts of a request that several routes need: who calls, from where, and in whose name.

import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Caller, Identity } from "../../lib/auth/auth.ts";
import type { Deps } from "../../lib/deps.ts";
import { Problem } from "../../lib/errors.ts";
import { accessCookie } from "./cookies.ts";

export type Env = {
  Bindings: Partial<Deno.ServeHandlerInfo>;
  Variables: { identity: Identity; secureHeadersNonce?: string };
};

/** Some proxies write the port too. It is another one each time: counted with it, nobody would ever be limited. */
const withoutPort = /^(?:\[(.+)\]|([^:]+))(?::\d+)?$/;

/** The client's address. X-Forwarded-For is believed only as far as our own proxies wrote it. */
export function clientAddress(
  headers: Headers,
  { remoteAddr, trustedProxies }: {
    remoteAddr: Deno.Addr | undefined;
    trustedProxies: number;
  },
): string {
  const forwarded = headers.get("x-forwarded-for")?.split(",").map((item) => item.trim()) ?? [];
  const behindProxy = trustedProxies > 0 ? forwarded.at(-trustedProxies) : undefined;
  if (behindProxy) return withoutPort.exec(behindProxy)?.slice(1).find(Boolean) ?? behindProxy;
  return remoteAddr && "hostname" in remoteAddr ? remoteAddr.hostname : "unknown";
}

export function callerOf(
  c: Context<Env>,
  deps: { readonly config: Pick<Deps["config"], "trustedProxies"> },
): Caller {
  const { trustedProxies } = deps.config;
  return {
    address: clientAddress(c.req.raw.headers, { remoteAddr: c.env?.remoteAddr, trustedProxies }),
    userAgent: c.req.header("user-agent")?.slice(0, 200) ?? null,
  };
}

/** Who sent the request: by Bearer token, else by cookie. */
export function identify(
  request: Request,
  deps: {
    readonly auth: Pick<Deps["auth"], "verifyAccess">;
    readonly config: Pick<Deps["config"], "production" | "tls">;
  },
): Promise<Identity | undefined> {
  const token = bearerToken(request.headers) ?? accessCookie.read(request, deps.config);
  return token ? deps.auth.verifyAccess(token) : Promise.resolve(undefined);
}

export function bearerToken(headers: Headers): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}

/** Lets only signed-in callers through, and leaves their identity to the route. */
export function requireSignIn(deps: Deps) {
  return createMiddleware<Env>(async function requireSignIn(c, next) {
    const identity = await identify(c.req.raw, deps);
    if (!identity) {
      throw new Problem("invalid_token", { headers: { "WWW-Authenticate": "Bearer" } });
    }
    c.set("identity", identity);
    keepPrivate(c);
    await next();
  });
}

/** Kept by nobody, and not compressed on the way: that would weaken the ETag that If-Match is to name. */
export function keepPrivate(c: Context) {
  c.header("Cache-Control", "no-store, no-transform");
}
