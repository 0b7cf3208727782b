// Measures how long one user's sign-in takes while an attacker sends 200 sign-ins a second. sign_in.ts prints it.

import { startServer } from "../tests/support/server.ts";

const attemptsPerSecond = 200;
const stepMs = 50;
/** The pause of the victim between two sign-ins. */
const pauseMs = 100;
/** How many accounts the attacker owns, for right passwords. */
const ownAccounts = 40;
/** Past this number of requests without an answer the attacker waits. */
const openMax = 1_000;

const victim = { username: "user1", password: "watchlist", from: "192.0.2.1" };
const ownPassword = "violet anchor";
const oneAddress = "198.51.100.66";

const attacks = {
  "nothing": undefined,
  "wrong, 1 address": (number: number) => ({
    username: `name-${number}`,
    password: "a wrong password",
    from: oneAddress,
  }),
  "right, 1 address": (number: number) => ({
    username: `own-${number % ownAccounts}`,
    password: ownPassword,
    from: oneAddress,
  }),
  "wrong, 200 addr.": (number: number) => ({
    username: `name-${number}`,
    password: "a wrong password",
    from: `198.51.100.${number % 200}`,
  }),
};
type Attack = keyof typeof attacks;

export interface VictimRow {
  readonly attack: string;
  /** The times of the sign-ins that succeeded, sorted. */
  readonly ms: readonly number[];
  readonly refused: number;
}

/** Each attack has a server of its own, so that no limit of an earlier attack helps the victim. */
export async function measureVictim({ seconds }: { seconds: number }): Promise<VictimRow[]> {
  const rows: VictimRow[] = [];
  for (const attack of Object.keys(attacks) as Attack[]) {
    const server = await startServer({
      env: { TRUST_PROXY: "1", LOG_LEVEL: "error", REGISTRATIONS_PER_HOUR: "1000" },
    });
    for (let number = 0; number < ownAccounts; number++) {
      const account = { username: `own-${number}`, password: ownPassword, from: "192.0.2.2" };
      await send(`${server.url}/api/auth/register`, account);
    }
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-net", import.meta.filename ?? "", server.url, attack],
      stdin: "piped",
    }).spawn();
    rows.push({ attack, ...await signInAgainAndAgain(server.url, seconds * 1_000) });
    await child.stdin.close();
    await child.status;
    await server.stop();
  }
  return rows;
}

async function signInAgainAndAgain(url: string, forMs: number) {
  const ms: number[] = [];
  let refused = 0;
  for (const end = performance.now() + forMs; performance.now() < end;) {
    const startedAt = performance.now();
    const status = await send(`${url}/api/auth/login`, victim);
    if (status === 200) ms.push(performance.now() - startedAt);
    else refused++;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return { ms: ms.sort((a, b) => a - b), refused };
}

async function send(
  url: string,
  { from, ...json }: { username: string; password: string; from: string },
): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": from },
    body: JSON.stringify(json),
  });
  await response.body?.cancel();
  return response.status;
}

/** The child process attacks until its input ends, and does not wait for the answers. */
if (import.meta.main) {
  const [url = "", name = ""] = Deno.args;
  const attack = attacks[name as Attack];
  let sent = 0;
  let open = 0;
  setInterval(() => {
    for (
      let some = attemptsPerSecond * stepMs / 1_000;
      attack && some > 0 && open < openMax;
      some--
    ) {
      open++;
      send(`${url}/api/auth/login`, attack(++sent)).catch(() => {}).finally(() => open--);
    }
  }, stepMs);
  for await (const _ of Deno.stdin.readable);
  Deno.exit();
}
