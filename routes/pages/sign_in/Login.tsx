// Owns the sign-in page.

import type { JSX } from "preact";
import type { PageContent } from "../../../lib/render/page.tsx";
import { ErrorSummary, Field, PlainHttpNotice } from "../form.tsx";
import { pathWith } from "../stock/wanted.ts";

export interface LoginProps {
  /** The text that the refused form held. */
  readonly username?: string;
  readonly error?: string;
  /** What happened before, such as a sign-out. */
  readonly message?: string | undefined;
  readonly isPlainHttp?: boolean;
  /** The ticker that is added to the first list. */
  readonly wanted?: string | undefined;
  /** Default: true. */
  readonly mayRegister?: boolean;
}

export function loginPage(props: LoginProps): PageContent {
  return { title: props.error ? "Error: Sign in" : "Sign in", body: <Login {...props} /> };
}

function Login(
  { username, error, message, isPlainHttp, wanted, mayRegister = true }: LoginProps,
): JSX.Element {
  return (
    <section class="card">
      <h1>Sign in</h1>
      {message && <p class="notice" role="status">{message}</p>}
      {isPlainHttp && <PlainHttpNotice />}
      <ErrorSummary error={error} />
      {wanted && <p>Then {wanted} is on your watchlist.</p>}
      <form method="post" action={pathWith("/login", wanted)}>
        <Field
          name="username"
          label="Username"
          autocomplete="username"
          value={username}
          required
          autofocus={!username}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          required
          autofocus={Boolean(username)}
        />
        <button type="submit">Sign in</button>
      </form>
      {mayRegister && (
        <p class="aside">
          New here? <a href={pathWith("/register", wanted)}>Create an account</a>
        </p>
      )}
      <p class="aside">
        Forgotten your password? Whoever runs this service can make you a link to choose a new one.
      </p>
    </section>
  );
}
