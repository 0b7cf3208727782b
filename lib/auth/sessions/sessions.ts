// Owns sessions: opening, refreshing and listing them. tokens.ts owns the form of the tokens.

import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../../clock.ts";
import {
  isLive,
  type Session,
  sessionsMax,
  type SessionStore,
  type User,
} from "../../store/store.ts";
import type { OpenSession, RefreshOutcome, TokenPair } from "../auth.ts";
import type { Revocation } from "./revocation.ts";
import type { RevokedSessions } from "./revoked.ts";
import { accessTokenSeconds, hashOf, idOf, newToken, nextToken, type Tokens } from "./tokens.ts";

export interface Sessions {
  /** Undefined if the user's password has changed meanwhile, or the user was deleted. */
  open(
    user: User,
    proof: { passwordHash: string; userAgent: string | null },
  ): Promise<TokenPair | undefined>;
  refresh(token: string): Promise<RefreshOutcome>;
  revoke(sessionId: string): Promise<void>;
  list(userId: string): Promise<readonly OpenSession[]>;
  /** False if the user has no such open session. */
  revokeOwn(userId: string, sessionId: string): Promise<boolean>;
}

export interface SessionsOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly tokens: Tokens;
  /** The secret with which `nextToken` derives each refresh token. It is the same on every instance. */
  readonly rotationKey: string;
  readonly revoked: RevokedSessions;
  readonly revocation: Revocation;
}

const idleMs = 30 * 24 * 3_600_000;
const lifeMs = 90 * 24 * 3_600_000;

/** Two tabs may send the same refresh token. For this time after its rotation, both get the same new pair of tokens. */
const graceMs = 10_000;

const userAgentLengthMax = 256;

const invalid = { kind: "invalid_token" } as const;

export function createSessions(
  { store, clock, tokens, rotationKey, revoked, revocation }: SessionsOptions,
): Sessions {
  /** The access token contains the time of the rotation, so the same refresh token always leads to the same pair. */
  async function pairOf(
    { id: sessionId, userId, username }: Session,
    { refreshToken, rotatedAt }: { refreshToken: string; rotatedAt: number },
  ) {
    const subject = { userId, username, sessionId };
    const access = await tokens.access(subject, { issuedAt: rotatedAt });
    const identity = { ...subject, expiresAt: access.expiresAt };
    const pair = { accessToken: access.token, refreshToken, expiresIn: accessTokenSeconds };
    return { identity, tokens: pair };
  }

  return {
    async open(user, { passwordHash, userAgent }) {
      const now = clock.now();
      const id = uuidv7();
      const token = newToken(id);
      const session: Session = {
        id,
        userId: user.id,
        username: user.username,
        tokenHash: await hashOf(token),
        previousTokens: [],
        createdAt: now,
        rotatedAt: now,
        idleExpiresAt: now + idleMs,
        endsAt: now + lifeMs,
        revokedAt: null,
        userAgent: userAgent?.slice(0, userAgentLengthMax) ?? null,
      };
      if (!await store.createSession(session, { ifPasswordHash: passwordHash })) return undefined;
      await revocation.revokeOld(user.id, { keep: sessionsMax });
      const { tokens } = await pairOf(session, { refreshToken: token, rotatedAt: now });
      return tokens;
    },
    async refresh(token) {
      const sessionId = idOf(token);
      if (sessionId === undefined || revoked.has(sessionId)) return invalid;
      const refreshToken = await nextToken(token, rotationKey);
      const [from, to] = await Promise.all([hashOf(token), hashOf(refreshToken)]);
      const now = clock.now();
      const rotation = { sessionId, from, to, at: now, idleExpiresAt: now + idleMs };
      const session = await store.rotateSession(rotation);
      if (!session || !isLive(session, now)) return invalid;
      const rotatedAt = session.previousTokens.find(({ hash }) => hash === from)?.rotatedAt;
      if (rotatedAt !== undefined && now - rotatedAt <= graceMs) {
        return { kind: "ok", ...await pairOf(session, { refreshToken, rotatedAt }) };
      }
      // The session exists, so this is one of its old tokens, used too late. Somebody may have copied it.
      await revocation.revoke(session);
      return invalid;
    },
    async revoke(sessionId) {
      const session = await store.session(sessionId);
      if (session) await revocation.revoke(session);
      else revoked.add(sessionId);
    },
    async list(userId) {
      const sessions = await store.sessionsOf(userId, clock.now());
      return sessions
        .map(({ id, createdAt, rotatedAt, userAgent }) => ({
          id,
          createdAt,
          lastUsedAt: rotatedAt,
          userAgent,
        }))
        .sort((a, b) => b.lastUsedAt - a.lastUsedAt);
    },
    async revokeOwn(userId, sessionId) {
      const session = await store.session(sessionId);
      if (session?.userId !== userId || !isLive(session, clock.now())) return false;
      await revocation.revoke(session);
      return true;
    },
  };
}
