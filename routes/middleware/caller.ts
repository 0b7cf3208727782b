// Owns where a request comes from. X-Forwarded-For is believed only as far as our own proxies wrote it.

import type { Context } from "hono";
import type { Deps } from "../../lib/deps.ts";
import { type Caller, callerAt, type Identity } from "../../lib/identity.ts";
import { type Asker, asUser, asVisitor } from "../../lib/interest/interest.ts";

/** Some proxies add the port, which differs for each connection: a limit that counted it would limit nobody. */
const withoutPort = /^(?:\[(.+)\]|([^:]+))(?::\d+)?$/;

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

/**
 * True if a browser got this page over plain HTTP: it drops Secure cookies then. Browsers send Sec-Fetch-Site over HTTPS
 * only, and to localhost, where they keep such cookies.
 */
export function isPlainHttp(
  { headers, url }: Request,
  { trustedProxies }: Pick<Deps["config"], "trustedProxies">,
): boolean {
  if (URL.parse(url)?.protocol === "https:" || headers.has("sec-fetch-site")) return false;
  const forwarded = trustedProxies > 0 ? headers.get("x-forwarded-proto") ?? "" : "";
  return !/\bhttps\b/i.test(forwarded);
}

export function callerOf(
  c: Context,
  { config: { trustedProxies } }: { readonly config: Pick<Deps["config"], "trustedProxies"> },
): Caller {
  const { headers } = c.req.raw;
  const address = clientAddress(headers, { remoteAddr: c.env?.remoteAddr, trustedProxies });
  return callerAt(address, headers.get("user-agent"));
}

/** Who is charged for the prices that the request asks for. */
export function askerOf(
  c: Context,
  { identity, ...deps }: Parameters<typeof callerOf>[1] & {
    readonly identity: Identity | undefined;
  },
): Asker {
  return identity ? asUser(identity.userId) : asVisitor(callerOf(c, deps).network);
}
