// Owns the parts for tests of authentication: a store in memory, passwords without hashing, a clock that the test moves.

import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../clock.ts";
import { createMetrics } from "../metrics.ts";
import { rotated } from "../store/kv/session_rotation.ts";
import { isLive, type ResetTicket, type Session, type User } from "../store/store.ts";
import { type Caller, callerAt, parseUsername, type Username } from "../identity.ts";
import type { Registration } from "./auth.ts";
import { type AuthOptions, type AuthStore, createAuth } from "./create_auth.ts";
import type { Passwords } from "./passwords/passwords.ts";

interface StoredUser {
  readonly user: User;
  passwordHash: string;
  reset?: { tokenHash: string; expiresAt: number } | undefined;
}

/** A store in memory. `reads` counts the reads of sessions and of credentials. */
export function createMemoryStore() {
  const users = new Map<string, StoredUser>();
  const sessions = new Map<string, Session>();
  const settings = new Map<string, string>();
  const invites = new Map<string, number>();
  const reads = { sessions: 0, credentials: 0 };

  const isOpen = (tokenHash: string, at: number) => at < (invites.get(tokenHash) ?? 0);
  const byId = (id: string) => users.values().find(({ user }) => user.id === id);
  const holder = ({ userId, tokenHash }: ResetTicket, at: number) => {
    const stored = byId(userId);
    const reset = stored?.reset;
    return reset?.tokenHash === tokenHash && at < reset.expiresAt ? stored : undefined;
  };

  function setHash(stored: StoredUser | undefined, passwordHash: string) {
    if (stored) Object.assign(stored, { passwordHash, reset: undefined });
    return Promise.resolve(stored !== undefined);
  }

  function end(isEnded: (session: Session) => boolean, at: number) {
    const live = sessions.values().filter(({ revokedAt }) => revokedAt === null);
    const ended = [...live].filter(isEnded);
    for (const session of ended) sessions.set(session.id, { ...session, revokedAt: at });
    return ended.map(({ id }) => id);
  }

  const store: AuthStore = {
    createUser({ user, passwordHash, invite }) {
      if (users.has(user.username)) return Promise.resolve("username_taken");
      if (invite && !isOpen(invite.tokenHash, invite.at)) return Promise.resolve("invalid_invite");
      invites.delete(invite?.tokenHash ?? "");
      users.set(user.username, { user, passwordHash });
      return Promise.resolve("created");
    },
    putInvite({ tokenHash, expiresAt }) {
      invites.set(tokenHash, expiresAt);
      return Promise.resolve();
    },
    isInvited: (tokenHash, at) => Promise.resolve(isOpen(tokenHash, at)),
    user: (id) => Promise.resolve(byId(id)?.user),
    credentials(username) {
      reads.credentials++;
      const stored = users.get(username);
      return Promise.resolve(stored && { user: stored.user, passwordHash: stored.passwordHash });
    },
    changePassword(userId, { from, to }) {
      const stored = byId(userId);
      return setHash(stored?.passwordHash === from ? stored : undefined, to);
    },
    putResetTicket({ userId, ...reset }) {
      const stored = byId(userId);
      if (stored) stored.reset = reset;
      return Promise.resolve(stored !== undefined);
    },
    resetTicketHolder: (ticket, at) => Promise.resolve(holder(ticket, at)?.user),
    resetPassword: (ticket, { at, passwordHash }) => setHash(holder(ticket, at), passwordHash),
    deleteUser(userId, at) {
      users.delete(byId(userId)?.user.username ?? "");
      return Promise.resolve(end((session) => session.userId === userId, at));
    },
    createSession(session, { ifPasswordHash } = {}) {
      const present = byId(session.userId)?.passwordHash;
      const fits = ifPasswordHash === undefined || present === ifPasswordHash;
      if (fits) sessions.set(session.id, session);
      return Promise.resolve(fits);
    },
    session(id) {
      reads.sessions++;
      return Promise.resolve(sessions.get(id));
    },
    rotateSession(rotation) {
      reads.sessions++;
      const present = sessions.get(rotation.sessionId);
      const next = present && rotated(present, rotation) || present;
      if (next) sessions.set(next.id, next);
      return Promise.resolve(next);
    },
    revokeSession: (id, at) =>
      Promise.resolve(end((session) => session.id === id, at).length === 1),
    sessionsOf(userId, at) {
      const own = sessions.values().filter((session) => session.userId === userId);
      return Promise.resolve([...own].filter((session) => isLive(session, at)).reverse());
    },
    revokeSessions(userId, { at, except }) {
      const isEnded = (session: Session) => session.userId === userId && session.id !== except;
      return Promise.resolve(end(isEnded, at));
    },
    revokeOldSessions(userId, { at, keep }) {
      const own = sessions.values().filter((session) => session.userId === userId);
      const live = [...own].filter((session) => isLive(session, at)).map(({ id }) => id);
      const old = live.slice(0, Math.max(0, live.length - keep));
      return Promise.resolve(end(({ id }) => old.includes(id), at));
    },
    revokedSessions(since) {
      const revoked = [...sessions.values()].filter(({ revokedAt }) => (revokedAt ?? -1) >= since);
      return Promise.resolve(revoked.map(({ id }) => id));
    },
    settingOrPut(name, value) {
      const stored = settings.get(name) ?? value;
      settings.set(name, stored);
      return Promise.resolve(stored);
    },
    saveSetting(name, value) {
      settings.set(name, value);
      return Promise.resolve();
    },
  };
  return { store, sessions, settings, reads };
}

/** The "hash" of a password is the password itself. `busy` makes the queue full. `verified` lists the hashes that were checked. */
export function createPlainPasswords() {
  const verified: string[] = [];
  const state = { busy: false, hashed: 0, closed: false };
  const passwords: Passwords = {
    hash(password) {
      if (state.busy) return Promise.resolve({ kind: "busy" });
      state.hashed++;
      return Promise.resolve({ kind: "ok", hash: password });
    },
    verify(hash, password) {
      if (state.busy) return Promise.resolve({ kind: "busy" });
      verified.push(hash);
      return Promise.resolve({ kind: hash === password ? "ok" : "mismatch" });
    },
    isFull: () => state.busy,
    close() {
      state.closed = true;
    },
  };
  return { passwords, verified, state };
}

export const startMs = Date.UTC(2026, 0, 5, 12);

/** An auth service with the two above. `restart` creates another service with the same store, like a second instance. */
export async function createAuthFixture(overrides: Partial<AuthOptions> = {}) {
  const memory = createMemoryStore();
  const plain = createPlainPasswords();
  const timers = FakeTimers.createClock(startMs);
  const announced: { userId: string; sessionId: string }[] = [];
  const logged: string[] = [];
  const metrics = createMetrics();
  const logMessage = (_: unknown, message?: string) => void logged.push(message ?? "");

  const options: AuthOptions = {
    store: memory.store,
    announceRevoked(identity) {
      announced.push(identity);
      return Promise.resolve();
    },
    clock: createClock(timers),
    log: { debug: logMessage, info: logMessage, warn: logMessage, error: logMessage },
    metrics,
    jwtKeys: undefined,
    registrationsPerHour: 60,
    passwords: plain.passwords,
    ...overrides,
  };
  const restart = (changes: Partial<AuthOptions> = {}) => createAuth({ ...options, ...changes });
  return {
    auth: await restart(),
    restart,
    announced,
    logged,
    metrics,
    timers,
    ...memory,
    ...plain,
  };
}

export const caller: Caller = callerAt("192.0.2.1", "Browser/1.0");

export function usernameOf(text: string): Username {
  const username = parseUsername(text);
  if (!username) throw new Error(`"${text}" cannot be a username`);
  return username;
}

export function registration(username: string, password = "correct horse"): Registration {
  return { username: usernameOf(username), password, email: null, firstName: null, lastName: null };
}

/** Registers a user and returns the tokens and the identity. */
export async function registered(
  { auth }: Pick<Awaited<ReturnType<typeof createAuthFixture>>, "auth">,
  username = "someone",
) {
  const outcome = await auth.register(registration(username), caller);
  if (outcome.kind !== "ok") throw new Error(`The outcome of the registration was ${outcome.kind}`);
  const identity = await auth.verifyAccess(outcome.tokens.accessToken);
  if (!identity) throw new Error("A new access token was refused");
  return { ...outcome, identity };
}

/** Opens another session of "someone". */
export async function signInAgain(
  { auth }: Pick<Awaited<ReturnType<typeof createAuthFixture>>, "auth">,
  from: Partial<Caller> = {},
) {
  const input = { username: "someone", password: "correct horse" };
  const outcome = await auth.signIn(input, { ...caller, ...from });
  if (outcome.kind !== "ok") throw new Error(`The outcome of the sign-in was ${outcome.kind}`);
  const identity = await auth.verifyAccess(outcome.tokens.accessToken);
  if (!identity) throw new Error("A new access token was refused");
  return { ...outcome, identity };
}
