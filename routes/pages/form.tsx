// Owns the parts that the pages' forms share: a labelled field with its error, and the summary of errors.

import type { JSX } from "preact";
import { formIdField } from "./form_fields.ts";

export type FieldErrors<Name extends string> = Readonly<Partial<Record<Name, string>>>;

export interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly autocomplete: string;
  readonly type?: "text" | "email" | "password";
  /** What was sent before. Never give a password back. */
  readonly value?: string | undefined;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly autofocus?: boolean;
}

export function Field(props: FieldProps): JSX.Element {
  const { name, label, type = "text", value, hint, error } = props;
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ");
  const shared = {
    id: name,
    name,
    autocomplete: props.autocomplete,
    required: props.required,
    minLength: props.minLength,
    maxLength: props.maxLength,
    // The user goes on at the fault. With several faults the browser takes the first field of the page.
    autofocus: props.autofocus || Boolean(error),
    "aria-invalid": error ? true : undefined,
    "aria-describedby": described || undefined,
  };
  return (
    <div class="field">
      <label for={name}>
        {label}
        {!props.required && <span class="optional">optional</span>}
      </label>
      {hint && <p class="hint" id={`${name}-hint`}>{hint}</p>}
      {type === "password"
        ? <input type="password" {...shared} />
        : type === "email"
        ? <input type="email" value={value} {...shared} />
        : (
          <input
            type="text"
            value={value}
            autocapitalize={name === "username" ? "none" : undefined}
            spellcheck={false}
            {...shared}
          />
        )}
      {error && <p class="field-error" id={`${name}-error`}>{error}</p>}
    </div>
  );
}

/** Hidden: tells a password manager to which user the password belongs. */
export function UsernameOfForm({ username }: { username: string }): JSX.Element {
  return (
    <input
      type="text"
      name="username"
      value={username}
      autocomplete="username"
      readOnly
      hidden
      aria-hidden="true"
    />
  );
}

/** Hidden, and different in each form: by it a repeat of the form is known. */
export function FormId(): JSX.Element {
  return <input type="hidden" name={formIdField} value={crypto.randomUUID()} />;
}

/** For pages that sign in, in production over plain HTTP: without it a sign-in leads back to the sign-in page. */
export function PlainHttpNotice(): JSX.Element {
  return (
    <p class="notice notice-error" role="alert">
      This page came over plain HTTP, so your browser will not keep a sign-in. Open the address with
      https://. If that fails, the person who runs this service must set up TLS.
    </p>
  );
}

/** Shows the fault of the whole form, and links to each field that has a fault. */
export function ErrorSummary({ error, fields }: {
  error?: string | undefined;
  fields?: readonly { readonly name: string; readonly error: string | undefined }[];
}): JSX.Element | null {
  const faults = fields?.filter((field) => field.error) ?? [];
  if (!error && faults.length === 0) return null;
  return (
    <div class="notice notice-error" role="alert">
      {error && <p>{error}</p>}
      {faults.length > 0 && (
        <ul>
          {faults.map(({ name, error }) => (
            <li key={name}>
              <a href={`#${name}`}>{error}</a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
