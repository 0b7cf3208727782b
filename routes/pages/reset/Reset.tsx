// Owns the page of a reset link: the form for a new password, or the message that the link no longer works.

import type { JSX } from "preact";
import type { PageContent } from "../../../lib/render/page.tsx";
import { ErrorSummary, Field, FormId, UsernameOfForm } from "../form.tsx";

export interface ResetProps {
  /** The user whose password is set; undefined if the link does not work. */
  readonly username: string | undefined;
  readonly token: string;
  readonly error?: string | undefined;
  readonly passwordError?: string;
  readonly passwordLengthMin: number;
  readonly passwordLengthMax: number;
}

export function resetPage(props: ResetProps): PageContent {
  if (props.username === undefined) return { title: "Link not valid", body: <UselessLink /> };
  const isFaulty = props.error !== undefined || props.passwordError !== undefined;
  return {
    title: isFaulty ? "Error: New password" : "New password",
    body: <Reset {...props} username={props.username} />,
  };
}

function Reset(props: ResetProps & { username: string }): JSX.Element {
  const { username, token, error, passwordError } = props;
  return (
    <section class="card">
      <h1>New password</h1>
      <p>
        For the account <b>{username}</b>. All its devices are signed out then.
      </p>
      <ErrorSummary error={error} fields={[{ name: "newPassword", error: passwordError }]} />
      <form method="post" action="/reset">
        <FormId />
        <input type="hidden" name="token" value={token} />
        <UsernameOfForm username={username} />
        <Field
          name="newPassword"
          label="New password"
          type="password"
          hint={`At least ${props.passwordLengthMin} characters.`}
          autocomplete="new-password"
          error={passwordError}
          required
          minLength={props.passwordLengthMin}
          maxLength={props.passwordLengthMax}
          autofocus
        />
        <button type="submit">Change password</button>
      </form>
    </section>
  );
}

function UselessLink(): JSX.Element {
  return (
    <section class="card">
      <h1>This link does not work any more</h1>
      <p>
        It was used already, is more than an hour old, or is not complete. Ask whoever runs this
        service for a new one.
      </p>
      <p class="actions">
        <a class="button" href="/login">Sign in</a>
      </p>
    </section>
  );
}
