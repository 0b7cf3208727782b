// Owns `deno task createusers`: creates the named users, with passwords that are never shown, or the demo users.

import { parseArgs } from "node:util";
import { type AddUser, createAddUser } from "../lib/auth/add_user.ts";
import { demoPassword, demoUsernames, ensureDemoUsers } from "../lib/auth/demo_users.ts";
import { passwordFaultTexts } from "../lib/auth/auth.ts";
import { weakPassword } from "../lib/auth/passwords/rules.ts";
import { createPasswords } from "../lib/auth/passwords/passwords.ts";
import { createClock } from "../lib/clock.ts";
import { Problem, StartupError } from "../lib/errors.ts";
import { normalizeUsername, parseUsername, type Username } from "../lib/identity.ts";
import type { Store } from "../lib/store/store.ts";
import { openStore, storeHelp } from "./shared/open_store.ts";
import { createSecretSource, type SecretSource } from "./users/read_secrets.ts";
import { runTask, UsageError } from "./shared/task.ts";

const usage = `Usage: deno task createusers NAME...
       deno task createusers --demo

Makes a user of each name, and asks for their passwords without showing them.
Or pipe the passwords in, one a line, in the order of the names:
  deno task createusers alice bob < passwords.txt
--demo makes ${demoUsernames.join(" and ")} with the password everybody knows: "${demoPassword}".
Users who exist already are left as they are, and their lines are passed over.

${storeHelp}`;

/** How many times a person may enter a password. A pipe has one try. */
const triesMax = 3;

export interface CreateUsersOptions {
  readonly store: Pick<Store, "credentials">;
  readonly addUser: AddUser;
  readonly secrets: SecretSource;
  readonly say: (sentence: string) => void;
}

/** Throws a StartupError for a name or a password that is not allowed. Users created before that remain. */
export async function createUsers(
  names: readonly string[],
  { store, addUser, secrets, say }: CreateUsersOptions,
): Promise<void> {
  for (const username of usernamesOf(names)) {
    if (await store.credentials(username)) {
      // Piped passwords are in the order of the names, so the next name must not get the password of this one.
      if (!secrets.isTerminal) await secrets.read("");
      say(`${username} exists already: nothing was changed.`);
      continue;
    }
    const password = await passwordFor(username, secrets);
    const profile = { email: null, firstName: null, lastName: null };
    const { kind } = await addUser({ username, password, ...profile });
    if (kind === "busy") throw new Problem("unavailable");
    say(
      kind === "ok" ? `${username} was made.` : `${username} was made by somebody else meanwhile.`,
    );
  }
}

/** Checks all names before the first user is created. */
function usernamesOf(names: readonly string[]): Username[] {
  return names.map((name) => {
    const username = parseUsername(name);
    if (username) return username;
    throw new StartupError(
      `"${normalizeUsername(name)}" cannot be a username: use 3 to 32 of a-z, 0-9, _ . and -.`,
    );
  });
}

async function passwordFor(username: string, secrets: SecretSource): Promise<string> {
  let fault = "";
  for (let tries = 0; tries < (secrets.isTerminal ? triesMax : 1); tries++) {
    const hint = fault && `${fault}\n`;
    const password = await secrets.read(`${hint}Password for ${username}: `);
    if (password === undefined) throw new StartupError(`There is no password for ${username}.`);
    const repeated = secrets.isTerminal ? await secrets.read("The same again: ") : password;
    const weak = weakPassword(password, username);
    if (weak) fault = passwordFaultTexts[weak.fault];
    else if (repeated !== password) fault = "The two were not the same.";
    else return password;
  }
  throw new StartupError(`No user ${username} was made. ${fault}`);
}

async function main(args: readonly string[]): Promise<void> {
  const options = { demo: { type: "boolean", default: false } } as const;
  const { positionals, values: { demo } } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
  });
  if (demo === positionals.length > 0) throw new UsageError("Give names, or --demo alone.");

  const clock = createClock();
  const store = await openStore();
  const passwords = createPasswords({ clock });
  const addUser = createAddUser({ store, passwords, clock });
  const say = (sentence: string) => console.info(sentence);
  if (demo) {
    const made = new Set(await ensureDemoUsers({ store, auth: { addUser } }));
    for (const name of demoUsernames) {
      say(made.has(name) ? `${name} was made.` : `${name} exists already: nothing was changed.`);
    }
  } else {
    const write = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));
    const secrets = createSecretSource(Deno.stdin, write);
    await createUsers(positionals, { store, addUser, secrets, say });
  }
  passwords.close();
  await store.close();
}

if (import.meta.main) await runTask(usage, main);
