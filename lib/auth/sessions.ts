// Owns sessions: opening, rotating and listing them. How tokens look is decided in tokens.ts and secret_tokens.ts.

import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../clock.ts";
import { Problem } from "../errors.ts";
import type { PreviousToken, Session, Store, User } from "../store/store.ts";
import type { OpenSession, RefreshOutcome, TokenPair } from "./auth.ts";
import type { Revocation } from "./revocation.ts";
import { hashOf, idOf, newSecret, newToken, nextRefreshToken } from "./secret_tokens.ts";
import type { RevokedSessions } from "./revoked_sessions.ts";
import { accessTokenSeconds, type Tokens } from "./tokens.ts";

export interface Sessions {
  open(
    user: User,
    options: { userAgent: string | null },
  ): Promise<{ readonly sessionId: string; readonly tokens: TokenPair }>;
  refresh(token: string): Promise<RefreshOutcome>;
  revoke(sessionId: string): Promise<void>;
  list(userId: string): Promise<readonly OpenSession[]>;
  /** False: no live session of this user. */
  revokeOwn(userId: string, sessionId: string): Promise<boolean>;
}

export interface SessionsOptions {
  readonly store: Pick<Store, "createSession" | "session" | "rotateSession" | "sessionsOf">;
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly revoked: RevokedSessions;
  readonly revocation: Revocation;
}

const idleMs = 30 * 24 * 3_600_000;
const lifeMs = 90 * 24 * 3_600_000;

/** Two tabs may present the same token: this long after its rotation both get the same new pair. */
const graceMs = 10_000;

/** Tabs that renew one after the other within the grace; an older token than these counts as reused. */
const previousTokensMax = 4;

/** A longer one is cut. */
const userAgentLengthMax = 256;

/** Who lost a rotation to another request looks again and finds its outcome; more looks mean a broken store. */
const looksMax = 3;

const invalid = { kind: "invalid_token" } as const;

export function createSessions(
  { store, clock, tokens, revoked, revocation }: SessionsOptions,
): Sessions {
  /** Signed as of the rotation, so that each who presents the same token gets the same pair. */
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

  function isLive({ revokedAt, idleExpiresAt, endsAt }: Session): boolean {
    return revokedAt === null && clock.now() < Math.min(idleExpiresAt, endsAt);
  }

  function isInGrace({ rotatedAt }: PreviousToken): boolean {
    return clock.now() - rotatedAt <= graceMs;
  }

  async function rotated(session: Session, nextToken: string): Promise<Session> {
    const now = clock.now();
    return {
      ...session,
      tokenHash: await hashOf(nextToken),
      previousTokens: [
        { hash: session.tokenHash, rotatedAt: now },
        ...session.previousTokens.filter(isInGrace),
      ].slice(0, previousTokensMax),
      rotatedAt: now,
      idleExpiresAt: Math.min(now + idleMs, session.endsAt),
    };
  }

  /** Undefined: another request was faster. */
  async function present(session: Session, token: string): Promise<RefreshOutcome | undefined> {
    const tokenHash = await hashOf(token);
    const nextToken = await nextRefreshToken(token, session);
    if (tokenHash === session.tokenHash) {
      const next = await rotated(session, nextToken);
      const done = await store.rotateSession(next, { expectedTokenHash: tokenHash });
      const { rotatedAt } = next;
      if (!done) return undefined;
      return { kind: "ok", ...await pairOf(next, { refreshToken: nextToken, rotatedAt }) };
    }
    const previous = session.previousTokens.find(({ hash }) => hash === tokenHash);
    if (previous && isInGrace(previous)) {
      const { rotatedAt } = previous;
      return { kind: "ok", ...await pairOf(session, { refreshToken: nextToken, rotatedAt }) };
    }
    // Only holders of a token of the session know its id: this is an older one, kept by somebody who should not have it.
    await revocation.revoke(session);
    return invalid;
  }

  return {
    async open(user, { userAgent }) {
      const now = clock.now();
      const id = uuidv7();
      const token = newToken(id);
      const session: Session = {
        id,
        userId: user.id,
        username: user.username,
        tokenHash: await hashOf(token),
        previousTokens: [],
        rotationKey: newSecret(),
        createdAt: now,
        rotatedAt: now,
        idleExpiresAt: now + idleMs,
        endsAt: now + lifeMs,
        revokedAt: null,
        userAgent: userAgent?.slice(0, userAgentLengthMax) ?? null,
      };
      await store.createSession(session);
      const { tokens } = await pairOf(session, { refreshToken: token, rotatedAt: now });
      return { sessionId: id, tokens };
    },
    async refresh(token) {
      const id = idOf(token);
      if (id === undefined || revoked.has(id)) return invalid;
      for (let looks = 0; looks < looksMax; looks++) {
        const session = await store.session(id);
        if (!session || !isLive(session)) return invalid;
        const outcome = await present(session, token);
        if (outcome) return outcome;
      }
      throw new Problem("unavailable", { cause: new Error("A session kept changing") });
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
      if (session?.userId !== userId || !isLive(session)) return false;
      await revocation.revoke(session);
      return true;
    },
  };
}
