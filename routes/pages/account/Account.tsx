// Owns the account page: the profile, the sessions, the password, the export, and the deletion of the account.

import type { ComponentChildren, JSX } from "preact";
import { agoText } from "../../../islands/state/quote_text.ts";
import type { PageContent } from "../../../lib/render/page.tsx";
import { deviceText } from "./device_text.ts";
import { ErrorSummary, Field, type FieldErrors, FormId, UsernameOfForm } from "../form.tsx";

export interface AccountProps {
  readonly user: {
    readonly username: string;
    readonly email: string | null;
    readonly firstName: string | null;
    readonly lastName: string | null;
    /** Unix ms. */
    readonly createdAt: number;
  };
  readonly sessions: readonly AccountSession[];
  readonly passwordLengthMin: number;
  readonly passwordLengthMax: number;
  /** What was changed, after a change. */
  readonly message?: string | undefined;
  readonly error?: string;
  readonly fieldErrors?: FieldErrors<AccountField>;
}

export interface AccountSession {
  readonly id: string;
  readonly userAgent: string | null;
  /** Since it was last used. */
  readonly ageMs: number;
  /** The session of this request. */
  readonly isPresent: boolean;
}

type AccountField = "oldPassword" | "newPassword" | "password";

const fields: readonly AccountField[] = ["oldPassword", "newPassword", "password"];

/** A session in use renews its tokens every 15 minutes: a younger one may be in use now. */
const inUseMs = 20 * 60_000;

export function accountPage(props: AccountProps): PageContent {
  const isFaulty = props.error !== undefined || props.fieldErrors !== undefined;
  return { title: isFaulty ? "Error: Account" : "Account", body: <Account {...props} /> };
}

function Account(props: AccountProps): JSX.Element {
  const { user, sessions, message, error, fieldErrors = {} } = props;
  return (
    <div class="account">
      <h1>Account</h1>
      {message && <p class="notice" role="status">{message}</p>}
      <ErrorSummary
        error={error}
        fields={fields.map((name) => ({ name, error: fieldErrors[name] }))}
      />
      <Profile user={user} />
      <Sessions sessions={sessions} />
      <ChangePassword {...props} fieldErrors={fieldErrors} />
      <Section title="Your data">
        <p>Your profile, your lists and where you are signed in, as a JSON file.</p>
        <p class="actions">
          <a class="button quiet" href="/account/export" download>Download my data</a>
        </p>
      </Section>
      <DeleteAccount username={user.username} error={fieldErrors.password} />
    </div>
  );
}

function Section({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Profile({ user }: Pick<AccountProps, "user">): JSX.Element {
  const fullName = [user.firstName, user.lastName].filter(Boolean).join(" ");
  const since = new Date(user.createdAt).toISOString().slice(0, 10);
  return (
    <Section title="Profile">
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
    </Section>
  );
}

function Sessions({ sessions }: Pick<AccountProps, "sessions">): JSX.Element {
  return (
    <Section title="Where you are signed in">
      <ul class="devices">
        {sessions.toSorted(presentFirst).map((session) => (
          <Device key={session.id} session={session} />
        ))}
      </ul>
      <form method="post" action="/account">
        <button type="submit" name="action" value="sign-out-everywhere" class="quiet">
          Sign out everywhere
        </button>
      </form>
    </Section>
  );
}

function presentFirst(one: AccountSession, other: AccountSession): number {
  return Number(other.isPresent) - Number(one.isPresent);
}

function Device({ session }: { session: AccountSession }): JSX.Element {
  const name = deviceText(session.userAgent);
  const lastUsed = session.ageMs < inUseMs
    ? "Used in the last 20 minutes"
    : `Last used ${agoText(session.ageMs)}`;
  return (
    <li>
      <p>
        <b>{name}</b>
        <span class="hint">{lastUsed}</span>
      </p>
      {session.isPresent
        ? <span class="chip">This device</span>
        : (
          <form method="post" action="/account">
            <FormId />
            <input type="hidden" name="session" value={session.id} />
            <button
              type="submit"
              name="action"
              value="end-session"
              class="quiet"
              aria-label={`Sign out ${name}, ${lastUsed.toLowerCase()}`}
            >
              Sign out
            </button>
          </form>
        )}
    </li>
  );
}

function ChangePassword(
  { user, fieldErrors, passwordLengthMin, passwordLengthMax }: AccountProps & {
    fieldErrors: FieldErrors<AccountField>;
  },
): JSX.Element {
  return (
    <Section title="Password">
      <form method="post" action="/account">
        <FormId />
        <UsernameOfForm username={user.username} />
        <Field
          name="oldPassword"
          label="Present password"
          type="password"
          autocomplete="current-password"
          error={fieldErrors.oldPassword}
          required
        />
        <Field
          name="newPassword"
          label="New password"
          type="password"
          hint={`At least ${passwordLengthMin} characters. All other devices are signed out.`}
          autocomplete="new-password"
          error={fieldErrors.newPassword}
          required
          minLength={passwordLengthMin}
          maxLength={passwordLengthMax}
        />
        <button type="submit" name="action" value="change-password">Change password</button>
      </form>
    </Section>
  );
}

function DeleteAccount(
  { username, error }: { username: string; error: string | undefined },
): JSX.Element {
  return (
    <details class="card" open={error !== undefined}>
      <summary>Delete account</summary>
      <form method="post" action="/account">
        <p>Your lists, your sessions and your username are gone at once and for good.</p>
        <FormId />
        <UsernameOfForm username={username} />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          error={error}
          required
        />
        <button type="submit" name="action" value="delete" class="danger">
          Delete my account
        </button>
      </form>
    </details>
  );
}
