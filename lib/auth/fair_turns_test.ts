import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { callerAt } from "../identity.ts";
import {
  caller as victim,
  createAuthFixture,
  registered,
  registration,
  usernameOf,
} from "./auth_fixtures.ts";
import { issueResetToken } from "./password_reset.ts";
import { createPasswords } from "./passwords/passwords.ts";
import { addressSuccessesMax } from "./limits/throttle.ts";

const attacker = callerAt("198.51.100.66");
const password = "correct horse";
const wrong = "a wrong password";
const newPassword = "battery staple";

/** What a victim asks, and the passwords that are checked and hashed for it. */
type Ask = (
  fixture: Awaited<ReturnType<typeof createFixture>>,
) => Promise<{ readonly kind: string }>;
const asks: Record<string, { jobs: string[]; ask: Ask }> = {
  "a sign-in": {
    jobs: [password],
    ask: ({ auth }) => auth.signIn({ username: "someone", password }, victim),
  },
  "a registration": {
    jobs: [password],
    ask: ({ auth }) => auth.register(registration("newcomer"), victim),
  },
  "a change of the password": {
    jobs: [password, newPassword],
    ask: ({ auth, identity }) =>
      auth.changePassword({ identity, oldPassword: password, newPassword }, victim),
  },
  "a reset of the password": {
    jobs: [newPassword],
    ask: ({ auth, token }) => auth.resetPassword({ token, password: newPassword }, victim),
  },
};

for (const [name, { jobs, ask }] of Object.entries(asks)) {
  Deno.test(`${name} waits for one other job each time, while one address sends 200 wrong passwords`, async () => {
    const fixture = await createFixture();
    const { auth, queued, open, worked } = fixture;
    const flood = Array.from({ length: 200 }, (_, number) => {
      return auth.signIn({ username: `name-${number}`, password: wrong }, attacker);
    });
    await queued();
    const asked = ask(fixture);
    await queued();
    open();
    assert.equal((await asked).kind, "ok");
    assert.deepEqual(worked.slice(0, 2 * jobs.length), jobs.flatMap((job) => [wrong, job]));
    const kinds = (await Promise.all(flood)).map(({ kind }) => kind);
    // One was running and 32 were waiting.
    assert.equal(kinds.filter((kind) => kind === "invalid_credentials").length, 33);
    assert.equal(kinds.filter((kind) => kind === "busy").length, 167);
  });
}

Deno.test("all addresses of one /64 take one turn together", async () => {
  const fixture = await createFixture();
  const { auth, queued, open, worked } = fixture;
  const flood = Array.from({ length: 200 }, (_, host) => {
    const from = callerAt(`2001:db8::${host.toString(16)}`);
    return auth.signIn({ username: `name-${host}`, password: wrong }, from);
  });
  await queued();
  const asked = auth.signIn({ username: "someone", password }, victim);
  await queued();
  open();
  await asked;
  assert.deepEqual(worked.slice(0, 2), [wrong, password]);
  await Promise.all(flood);
});

Deno.test("right passwords count too: past the bound of one address it must wait, other addresses need not", async () => {
  const { auth, open } = await createFixture();
  open();
  const right = { username: "someone", password };
  for (let count = 0; count < addressSuccessesMax; count++) {
    assert.equal((await auth.signIn(right, attacker)).kind, "ok");
  }
  assert.equal((await auth.signIn(right, attacker)).kind, "rate_limited");
  assert.equal((await auth.signIn(right, victim)).kind, "ok");
});

/** The real queue, with jobs that wait until the test opens the gate. */
async function createFixture() {
  const gate = Promise.withResolvers<void>();
  const worked: string[] = [];
  async function work(text: string) {
    worked.push(text);
    await gate.promise;
    await nextTurn();
    return text;
  }
  const argon2 = {
    hash: work,
    verify: async (hash: string, text: string) => hash === await work(text),
  };
  const clock = createClock();
  const passwords = createPasswords({ clock, argon2 });
  const setup = await createAuthFixture();
  const signedIn = await registered(setup);
  const token = await issueResetToken(usernameOf("someone"), { store: setup.store, clock }) ?? "";
  return {
    ...signedIn,
    token,
    auth: await setup.restart({ passwords, clock }),
    /** Resolves when everything that was asked waits for its turn. */
    queued: nextTurn,
    open: gate.resolve,
    /** The passwords that were checked or hashed, in order. */
    worked,
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
