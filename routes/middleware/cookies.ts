// Owns the two cookies of the page: short access, long refresh. Both HttpOnly; `__Host-` and Secure in production.

import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { parse } from "hono/utils/cookie";
import type { TokenPair } from "../../lib/auth/auth.ts";
import type { Deps } from "../../lib/deps.ts";

type CookieConfig = Pick<Deps["config"], "production" | "tls">;

const refreshMaxAgeS = 30 * 24 * 60 * 60;

export const accessCookie = cookie("qb_access");
export const refreshCookie = cookie("qb_refresh");

export function setSignInCookies(c: Context, tokens: TokenPair, config: CookieConfig) {
  accessCookie.write(c, tokens.accessToken, { config, maxAgeS: tokens.expiresIn });
  refreshCookie.write(c, tokens.refreshToken, { config, maxAgeS: refreshMaxAgeS });
}

export function clearSignInCookies(c: Context, config: CookieConfig) {
  accessCookie.clear(c, config);
  refreshCookie.clear(c, config);
}

function cookie(name: string) {
  // Lax, not Strict: a link from elsewhere must open the page signed in. Changes are guarded by origin.
  const attributes = { httpOnly: true, sameSite: "Lax", path: "/" } as const;

  function prefixed({ production, tls }: CookieConfig) {
    return production
      ? { prefix: "host", secure: true } as const
      : { secure: tls !== undefined } as const;
  }

  return {
    read(request: Request, config: CookieConfig): string | undefined {
      const fullName = config.production ? `__Host-${name}` : name;
      return parse(request.headers.get("cookie") ?? "", fullName)[fullName];
    },
    write(
      c: Context,
      value: string,
      { config, maxAgeS }: { config: CookieConfig; maxAgeS: number },
    ) {
      setCookie(c, name, value, { ...attributes, ...prefixed(config), maxAge: maxAgeS });
    },
    clear(c: Context, config: CookieConfig) {
      deleteCookie(c, name, { ...attributes, ...prefixed(config) });
    },
  };
}
