// Owns the handlers of the account's page: what it shows, and what its forms do. The API is account.ts.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type Identity, passwordLengthMax, passwordLengthMin } from "../../../lib/auth/auth.ts";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { changePassword, deleteAccount, exportOf, nameDownload } from "../../api/account.ts";
import { signOut } from "../../api/auth.ts";
import { clearSignInCookies } from "../../middleware/cookies.ts";
import type { Env } from "../../middleware/http.ts";
import { expected, newsOf, readForm, show, signedInUser } from "../page_http.ts";
import { accountPage, type AccountProps } from "./Account.tsx";

type Form = Partial<Record<string, string>>;

/** What was done, by the name in the query that the form's answer leads to. */
const newsTexts = new Map([
  ["password-changed", "Your password is changed. All other devices are signed out."],
  ["session-ended", "That device is signed out."],
]);

export function accountPageRoutes(app: OpenAPIHono<Env>, deps: Deps) {
  const { auth, config } = deps;

  app.get("/account", async (c) => {
    const identity = await signedInUser(c, deps);
    if (!identity) return c.redirect("/login", 303);
    return showAccount(c, { deps, identity, news: newsOf(c, newsTexts) });
  });

  // Here too, because a page renews its sign-in and a call of the API does not.
  app.get("/account/export", async (c) => {
    const identity = await signedInUser(c, deps);
    if (!identity) return c.redirect("/login", 303);
    nameDownload(c, identity);
    c.header("Cache-Control", "no-store");
    return c.json(await exportOf(identity, deps));
  });

  app.post("/account", async (c) => {
    const form = await readForm(c);
    const identity = await signedInUser(c, deps);
    if (!identity) return c.redirect("/login?signed-out", 303);
    try {
      return c.redirect(await act(c, { form, identity }), 303);
    } catch (error) {
      return showAccount(c, { deps, identity, action: form.action, problem: expected(error) });
    }
  });

  /** Returns where to go then. */
  async function act(
    c: Context<Env>,
    { form, identity }: { form: Form; identity: Identity },
  ): Promise<string> {
    switch (form.action) {
      case "sign-out":
        await signOut(c, deps);
        return "/login?signed-out";
      case "change-password": {
        const { oldPassword = "", newPassword = "" } = form;
        await changePassword(c, { identity, oldPassword, newPassword, deps });
        return "/account?password-changed";
      }
      case "end-session": {
        const { session = "" } = form;
        if (!await auth.endSession(identity.userId, session)) throw new Problem("unknown_session");
        return "/account?session-ended";
      }
      case "sign-out-everywhere":
        await auth.endAllSessions(identity.userId);
        clearSignInCookies(c, config);
        return "/login?signed-out-everywhere";
      case "delete":
        await deleteAccount(c, { identity, password: form.password ?? "", deps });
        return "/login?deleted";
      default:
        throw new Problem("bad_request");
    }
  }
}

async function showAccount(
  c: Context<Env>,
  { deps, identity, news, action, problem }: {
    deps: Deps;
    identity: Identity;
    news?: string | undefined;
    action?: string | undefined;
    problem?: Problem;
  },
) {
  const [user, sessions] = await Promise.all([
    deps.store.user(identity.userId),
    deps.auth.sessionsOf(identity.userId),
  ]);
  if (!user) return c.redirect("/login", 303);
  const page = accountPage({
    user,
    sessions: sessions.map(({ id, lastUsedAt, userAgent }) => ({
      id,
      userAgent,
      ageMs: deps.clock.now() - lastUsedAt,
      isPresent: id === identity.sessionId,
    })),
    passwordLengthMin,
    passwordLengthMax,
    message: news,
    ...problem && faultsOf(action, problem),
  });
  return show(c, page, { deps, identity, ...(problem ? { problem } : {}) });
}

/** Beside the field where there is one, else above all. */
function faultsOf(
  action: string | undefined,
  { code, field, message }: Problem,
): Pick<AccountProps, "error" | "fieldErrors"> {
  const wrongField = action === "change-password" ? "oldPassword" : "password";
  if (code === "invalid_credentials") return { fieldErrors: { [wrongField]: message } };
  if (field === "newPassword") return { fieldErrors: { newPassword: message } };
  return { error: message };
}
