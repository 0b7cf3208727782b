// Owns the sign-in page.

import type { JSX } from "preact";
import type { PageContent } from "../../../lib/render/page.tsx";
import { ErrorSummary, Field, PlainHttpNotice } from "../form.tsx";

export interface LoginProps {
  /** The text that the refused form held. */
  readonly username?: string;
  readonly error?: string;
  /** What happened before, such as a sign-out. */
  readonly message?: string | undefined;
  readonly isPlainHttp?: boolean;
}

export function loginPage(props: LoginProps): PageContent {
  return { title: props.error ? "Error: Sign in" : "Sign in", body: <Login {...props} /> };
}

function Login({ username, error, message, isPlainHttp }: LoginProps): JSX.Element {
  return (
    <section class="card">
      <h1>Sign in</h1>
      {message && <p class="notice" role="status">{message}</p>}
      {isPlainHttp && <PlainHttpNotice />}
      <ErrorSummary error={error} />
      <form method="post" action="/login">
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
      <p class="aside">
        New here? <a href="/register">Create an account</a>
      </p>
      <p class="aside">
        Forgotten your password? Whoever runs this service can make you a link to choose a new one.
      </p>
    </section>
  );
}
