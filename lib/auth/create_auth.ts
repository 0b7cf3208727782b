// Owns composing the authentication service from its parts, which are in the other files of this folder.

import type { Clock } from "../clock.ts";
import type { Identity } from "../identity.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type {
  AccountStore,
  InviteStore,
  SessionStore,
  SettingStore,
  UserStore,
} from "../store/store.ts";
import { createAccountChanges } from "./account_changes.ts";
import { type AddUser, createAddUser } from "./add_user.ts";
import type { Auth, RegistrationPolicy } from "./auth.ts";
import { createHashRenewal, createPasswordCheck } from "./passwords/check.ts";
import { loadHashKinds } from "./passwords/hash_kinds.ts";
import { createPasswordReset } from "./password_reset.ts";
import { createPasswords, type Passwords } from "./passwords/passwords.ts";
import { type AnnounceRevoked, createRevocation } from "./sessions/revocation.ts";
import { createRevokedSessions } from "./sessions/revoked.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createSignIn } from "./sign_in.ts";
import { loadSigningKeys } from "./sessions/signing_keys.ts";
import { createThrottle } from "./limits/throttle.ts";
import { createTokens, newSecret } from "./sessions/tokens.ts";

export type AuthStore = UserStore & AccountStore & InviteStore & SessionStore & SettingStore;

export interface AuthOptions {
  readonly store: AuthStore;
  readonly announceRevoked: AnnounceRevoked;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, "signIns">;
  /** The JSON text of a private JWK set. If undefined, a set is created once and kept in the store. */
  readonly jwtKeys: string | undefined;
  readonly registrationsPerHour: number;
  /** Default: open. */
  readonly registration?: RegistrationPolicy;
  /** The service closes them when it is closed. */
  readonly passwords?: Passwords;
}

/** For main.ts and the operator's tasks. The routes and the hub get the interface `Auth`. */
export interface AuthService extends Auth {
  /** Creates a user without a session. Does not count as a registration. */
  readonly addUser: AddUser;
  /** Loads the revoked sessions from the store again. Called after announcements were missed. */
  reload(): Promise<void>;
  close(): void;
}

/** Throws a StartupError if the signing keys are invalid. */
export async function createAuth(options: AuthOptions): Promise<AuthService> {
  const { store, clock, log, metrics, announceRevoked } = options;
  const { jwtKeys, registrationsPerHour, registration = "open" } = options;
  const { passwords = createPasswords({ clock }) } = options;

  const keys = await loadSigningKeys({ jwtKeys, store });
  const tokens = createTokens({ keys, clock });
  const revoked = createRevokedSessions({ store, clock });
  await revoked.load();
  const revocation = createRevocation({ store, clock, log, revoked, announceRevoked });
  const rotationKey = await store.settingOrPut("refresh_key", newSecret());
  const sessions = createSessions({ store, clock, tokens, rotationKey, revoked, revocation });
  const throttle = createThrottle({ registrationsPerHour });
  const renewHash = createHashRenewal({ store, passwords });
  const kinds = await loadHashKinds({ store, log });
  const checkPassword = createPasswordCheck({ store, passwords, kinds, throttle, renewHash, log });
  const addUser = createAddUser({ store, passwords, clock });

  function unlessRevoked(identity: Identity | undefined): Identity | undefined {
    return identity && !revoked.has(identity.sessionId) ? identity : undefined;
  }

  return {
    ...createSignIn({
      store,
      clock,
      registration,
      checkPassword,
      sessions,
      throttle,
      addUser,
      metrics,
    }),
    ...createAccountChanges({ store, clock, passwords, checkPassword, revocation }),
    ...createPasswordReset({ store, clock, passwords, revocation }),
    addUser,
    refresh: sessions.refresh,
    signOut: sessions.revoke,
    sessionsOf: sessions.list,
    endSession: sessions.revokeOwn,
    endAllSessions: (userId) => revocation.revokeAll(userId),
    markRevoked: revoked.add,
    reload: revoked.load,
    verifyAccess: async (token) => unlessRevoked(await tokens.verifyAccess(token)),
    verifySocket: async (token) => unlessRevoked(await tokens.verifySocket(token)),
    socketToken: tokens.socket,
    jwks: () => ({ keys: keys.publicJwks }),
    close: passwords.close,
  };
}
