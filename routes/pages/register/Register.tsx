// Owns the registration page.

import type { JSX } from "preact";
import type { PageContent } from "../../../lib/render/page.tsx";
import { ErrorSummary, Field, type FieldErrors, FormId, PlainHttpNotice } from "../form.tsx";
import { pathWith } from "../stock/wanted.ts";

export type RegisterField = "username" | "password" | "email" | "firstName" | "lastName";

export interface RegisterProps {
  /** The texts that the refused form held, without the password. */
  readonly values?: Readonly<Partial<Record<Exclude<RegisterField, "password">, string>>>;
  /** A fault of no single field, such as a limit on registrations. */
  readonly error?: string;
  readonly fieldErrors?: FieldErrors<RegisterField>;
  readonly isPlainHttp?: boolean;
  /** The ticker that is added to the new list. */
  readonly wanted?: string | undefined;
  /** The secret of the invitation by which the user came. */
  readonly invite?: string | undefined;
  readonly passwordLengthMin: number;
  readonly passwordLengthMax: number;
}

const fields: readonly RegisterField[] = [
  "username",
  "password",
  "email",
  "firstName",
  "lastName",
];

export function registerPage(props: RegisterProps): PageContent {
  const isFaulty = props.error !== undefined || Object.keys(props.fieldErrors ?? {}).length > 0;
  return {
    title: isFaulty ? "Error: Create account" : "Create account",
    body: <Register {...props} />,
  };
}

/** Shown instead of the form where this visitor cannot register. */
export function noRegistrationPage({ needsInvite }: { needsInvite: boolean }): PageContent {
  return {
    title: "Error: Create account",
    body: (
      <section class="card">
        <h1>
          {needsInvite ? "An account needs an invitation" : "New accounts are not taken here"}
        </h1>
        <p>
          {needsInvite
            ? "An invitation is a link that works once, within 7 days. Ask the operator of this service for one."
            : "People who have an account can sign in."}
        </p>
        <p class="actions">
          <a class="button" href="/login">Sign in</a>
        </p>
      </section>
    ),
  };
}

function Register(props: RegisterProps): JSX.Element {
  const { values = {}, error, fieldErrors = {}, isPlainHttp, wanted, invite } = props;
  return (
    <section class="card">
      <h1>Create account</h1>
      {isPlainHttp && <PlainHttpNotice />}
      <ErrorSummary
        error={error}
        fields={fields.map((name) => ({ name, error: fieldErrors[name] }))}
      />
      {wanted && <p>Then {wanted} is on your watchlist.</p>}
      <form method="post" action={pathWith("/register", wanted)}>
        <FormId />
        {invite && <input type="hidden" name="invite" value={invite} />}
        <Field
          name="username"
          label="Username"
          hint="3 to 32 of a–z, 0–9, dot, hyphen and underscore."
          autocomplete="username"
          value={values.username}
          error={fieldErrors.username}
          required
          minLength={3}
          maxLength={32}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          hint={`At least ${props.passwordLengthMin} characters.`}
          autocomplete="new-password"
          error={fieldErrors.password}
          required
          minLength={props.passwordLengthMin}
          maxLength={props.passwordLengthMax}
        />
        <Field
          name="email"
          label="Email"
          type="email"
          autocomplete="email"
          value={values.email}
          error={fieldErrors.email}
        />
        <div class="field-pair">
          <Field
            name="firstName"
            label="First name"
            autocomplete="given-name"
            value={values.firstName}
            error={fieldErrors.firstName}
          />
          <Field
            name="lastName"
            label="Last name"
            autocomplete="family-name"
            value={values.lastName}
            error={fieldErrors.lastName}
          />
        </div>
        <button type="submit">Create account</button>
      </form>
      <p class="aside">
        Already registered? <a href={pathWith("/login", wanted)}>Sign in</a>
      </p>
    </section>
  );
}
