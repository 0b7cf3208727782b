// Owns the interface of authentication for the routes and the hub, with its outcomes. The other files of this folder implement it.

import type { Caller, Identity, Username } from "../identity.ts";
import type { User } from "../store/store.ts";

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The lifetime of the access token, in seconds. */
  readonly expiresIn: number;
}

export interface Registration {
  readonly username: Username;
  readonly password: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** The secret of an invitation. It counts only where registration needs one. */
  readonly invite?: string | undefined;
}

/** Who may register: everybody, nobody, or who has an invitation. */
export type RegistrationPolicy = "open" | "closed" | "invite";

export type Throttled = { readonly kind: "rate_limited"; readonly retryAfterMs: number };
/** The password queue is full. */
export type Busy = { readonly kind: "busy" };

export type InvalidCredentials = { readonly kind: "invalid_credentials" };

export type PasswordFault = "too_short" | "too_long" | "too_common" | "too_personal";

/** The new password violates a rule, so nothing was changed. */
export type WeakPassword = { readonly kind: "weak_password"; readonly fault: PasswordFault };

export type SignInOutcome =
  | { readonly kind: "ok"; readonly user: User; readonly tokens: TokenPair }
  | InvalidCredentials
  | Throttled
  | Busy;

export type RegisterOutcome =
  | { readonly kind: "ok"; readonly user: User; readonly tokens: TokenPair }
  | { readonly kind: "username_taken" | "registration_closed" | "invalid_invite" }
  | WeakPassword
  | Throttled
  | Busy;

export type RefreshOutcome =
  | { readonly kind: "ok"; readonly identity: Identity; readonly tokens: TokenPair }
  | { readonly kind: "invalid_token" };

/** The outcome of a change that requires the present password. */
export type ProvenOutcome = { readonly kind: "ok" } | InvalidCredentials | Throttled | Busy;

export type ChangePasswordOutcome = ProvenOutcome | WeakPassword;

export type ResetOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "invalid_reset" }
  | WeakPassword
  | Busy;

/** A session that has not ended. Times are in Unix ms. */
export interface OpenSession {
  readonly id: string;
  readonly createdAt: number;
  /** The time of the last refresh: at most 15 minutes before the last use. */
  readonly lastUsedAt: number;
  readonly userAgent: string | null;
}

export interface Auth {
  /** True if this invitation may be used now. Always false where registration needs none. */
  isInvited(invite: string): Promise<boolean>;
  register(input: Registration, caller: Caller): Promise<RegisterOutcome>;
  signIn(
    input: { username: string; password: string },
    caller: Caller,
  ): Promise<SignInOutcome>;
  /** Rotates the token. If an old token is used again after the grace period, its session is revoked. */
  refresh(refreshToken: string): Promise<RefreshOutcome>;
  /** Revokes the session on every instance: its tokens are refused from now on, and its sockets close. */
  signOut(sessionId: string): Promise<void>;
  /** The session that was used last comes first. */
  sessionsOf(userId: string): Promise<readonly OpenSession[]>;
  /** Ends one session like a sign-out. False if the user has no such session. */
  endSession(userId: string, sessionId: string): Promise<boolean>;
  endAllSessions(userId: string): Promise<void>;
  /** Throttled like a sign-in. Ends all sessions of the user except the present one. */
  changePassword(
    change: {
      readonly identity: Identity;
      readonly oldPassword: string;
      readonly newPassword: string;
    },
    caller: Caller,
  ): Promise<ChangePasswordOutcome>;
  /** Throttled like a sign-in. Deletes all data of the user. */
  deleteAccount(
    request: { readonly identity: Identity; readonly password: string },
    caller: Caller,
  ): Promise<ProvenOutcome>;
  /** The user for whom a reset link was created. Undefined if its token is unknown, used, replaced or expired. */
  resetHolder(token: string): Promise<User | undefined>;
  /** Consumes the token and ends all sessions of the user. */
  resetPassword(
    reset: { readonly token: string; readonly password: string },
    caller: Caller,
  ): Promise<ResetOutcome>;
  /** Called when another instance has announced the end of a session: its tokens are refused here too. */
  markRevoked(sessionId: string): void;
  /** For the HTTP API. Undefined if the token is malformed, expired, revoked, or meant for another use. */
  verifyAccess(token: string): Promise<Identity | undefined>;
  /** For /ws: accepts access tokens and socket tokens. */
  verifySocket(token: string): Promise<Identity | undefined>;
  /** Creates a token that is valid for 60 seconds, and for /ws only. */
  socketToken(identity: Identity): Promise<string>;
  /** The public keys. */
  jwks(): { readonly keys: readonly Record<string, unknown>[] };
}

export const passwordLengthMin = 8;
export const passwordLengthMax = 128;

/** What the user reads about each fault of a new password. */
export const passwordFaultTexts: Readonly<Record<PasswordFault, string>> = {
  too_short: `Use at least ${passwordLengthMin} characters.`,
  too_long: `Use at most ${passwordLengthMax} characters.`,
  too_common: "This password is among the most common ones; choose another.",
  too_personal: "Your username, or this service's name, is too easy to guess; choose another.",
};
