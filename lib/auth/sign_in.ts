// Owns the steps of registration and sign-in: check the password or create the user, then open a session.

import type { Clock } from "../clock.ts";
import { Problem } from "../errors.ts";
import type { Caller } from "../identity.ts";
import type { Metrics } from "../metrics.ts";
import type { InviteStore, UserStore } from "../store/store.ts";
import type { AddUser } from "./add_user.ts";
import type { Auth, RegisterOutcome, RegistrationPolicy, SignInOutcome } from "./auth.ts";
import type { CheckPassword } from "./passwords/check.ts";
import { weakPassword } from "./passwords/rules.ts";
import type { Sessions } from "./sessions/sessions.ts";
import { hashOf } from "./sessions/tokens.ts";
import type { Throttle } from "./limits/throttle.ts";

export interface SignInOptions {
  readonly store: UserStore & InviteStore;
  readonly clock: Clock;
  readonly registration: RegistrationPolicy;
  readonly checkPassword: CheckPassword;
  readonly sessions: Pick<Sessions, "open">;
  readonly throttle: Throttle;
  readonly addUser: AddUser;
  readonly metrics: Pick<Metrics, "signIns">;
}

/** If the stored hash changes during a sign-in, the password is checked again: at most this number of checks in total. */
const checksMax = 3;

export function createSignIn(
  options: SignInOptions,
): Pick<Auth, "isInvited" | "register" | "signIn"> {
  const { store, clock, registration, checkPassword, sessions, throttle, addUser, metrics } =
    options;

  async function signIn(
    input: { username: string; password: string },
    caller: Caller,
  ): Promise<SignInOutcome> {
    for (let checks = 0; checks < checksMax; checks++) {
      const checked = await checkPassword(input, caller);
      if (checked.kind !== "ok") return checked;
      const { user, passwordHash } = checked;
      const tokens = await sessions.open(user, { passwordHash, userAgent: caller.userAgent });
      if (tokens) return { kind: "ok", user, tokens };
    }
    return { kind: "busy" };
  }

  /** Undefined if registration needs no invite, or this one may not be used. */
  async function usableInvite(invite = ""): Promise<string | undefined> {
    if (registration !== "invite") return undefined;
    const hash = await hashOf(invite);
    return await store.isInvited(hash, clock.now()) ? hash : undefined;
  }

  async function addUserWithinLimit(input: Parameters<AddUser>[0], { network }: Caller) {
    const retryAfterMs = await throttle.countRegistration(network);
    if (retryAfterMs > 0) return { kind: "rate_limited", retryAfterMs } as const;
    let isAdded = false;
    try {
      const added = await addUser(input, { network });
      isAdded = added.kind === "ok";
      return added;
    } finally {
      if (!isAdded) await throttle.uncountRegistration(network);
    }
  }

  return {
    isInvited: async (invite) => await usableInvite(invite) !== undefined,
    async signIn(input, caller): Promise<SignInOutcome> {
      const outcome = await signIn(input, caller);
      metrics.signIns.inc({ outcome: outcome.kind });
      return outcome;
    },
    async register(input, caller): Promise<RegisterOutcome> {
      const { network, userAgent } = caller;
      if (registration === "closed") return { kind: "registration_closed" };
      const weak = weakPassword(input.password, input.username);
      if (weak) return weak;
      const retryAfterMs = await throttle.registrationWaitMs(network);
      if (retryAfterMs > 0) return { kind: "rate_limited", retryAfterMs };
      // These reads before the hashing make a useless invite and a taken name cheap to refuse. `createUser` checks both again.
      const inviteHash = await usableInvite(input.invite);
      if (registration === "invite" && inviteHash === undefined) return { kind: "invalid_invite" };
      if (await store.credentials(input.username)) {
        return { kind: "username_taken" };
      }
      const added = await addUserWithinLimit({ ...input, inviteHash }, caller);
      if (added.kind !== "ok") return added;
      const { user, passwordHash } = added;
      const tokens = await sessions.open(user, { passwordHash, userAgent });
      if (!tokens) throw new Problem("unavailable", { cause: new Error("A new user was deleted") });
      return { kind: "ok", user, tokens };
    },
  };
}
