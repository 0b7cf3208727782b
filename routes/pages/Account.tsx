// Owns the account page: who is signed in, and signing out.

import type { JSX } from "preact";
import type { PageContent } from "../../lib/render/page.tsx";

export interface AccountProps {
  readonly user: {
    readonly username: string;
    readonly email: string | null;
    readonly firstName: string | null;
    readonly lastName: string | null;
    /** Unix ms. */
    readonly createdAt: number;
  };
}

export function accountPage(props: AccountProps): PageContent {
  return { title: "Account", body: <Account {...props} /> };
}

function Account({ user }: AccountProps): JSX.Element {
  const fullName = [user.firstName, user.lastName].filter(Boolean).join(" ");
  const since = new Date(user.createdAt).toISOString().slice(0, 10);
  return (
    <section class="card">
      <h1>Account</h1>
      <dl>
        <dt>Username</dt>
        <dd>{user.username}</dd>
        <dt>Name</dt>
        <dd>{fullName || "Not given"}</dd>
        <dt>Email</dt>
        <dd>{user.email ?? "Not given"}</dd>
        <dt>Member since</dt>
        <dd>
          <time dateTime={since}>{since}</time>
        </dd>
      </dl>
      <form method="post" action="/account">
        <button type="submit" name="action" value="sign-out">Sign out</button>
      </form>
    </section>
  );
}
