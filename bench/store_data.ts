// Owns the users with which a benchmark fills the stores. Each user is made from a number, so they are always the same.

import { once } from "node:events";
import type { Writable } from "node:stream";
import { parseTicker, type Ticker } from "../lib/quote.ts";
import { parsePostgresAddress } from "../lib/store/postgres/address.ts";
import { connectPostgres, type Sql } from "../lib/store/postgres/client.ts";
import type { Session, Store } from "../lib/store/store.ts";
import { firstListName } from "../lib/watchlist.ts";

export const tickersPerUser = 20;

const tickersKnown = 10_000;
const createdAt = Date.UTC(2026, 0, 1);
const liveUntil = Date.UTC(2100, 0, 1);
/** As long as a real hash. */
const passwordHash = `$argon2id$v=19$m=19456,t=2,p=1$${"s".repeat(22)}$${"h".repeat(43)}`;
const hashLength = 43;
const userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";

const copyChunkCharacters = 256 * 1024;
const registrationsAtOnce = 50;

export interface BenchUser {
  readonly id: string;
  readonly username: string;
  readonly listId: string;
  readonly tickers: readonly Ticker[];
  readonly session: Session;
}

export function benchUser(number: number): BenchUser {
  const id = idOf(number, "a");
  const username = `user_${number}`;
  return {
    id,
    username,
    listId: idOf(number, "b"),
    tickers: tickersOf(number),
    session: {
      id: idOf(number, "c"),
      userId: id,
      username,
      tokenHash: `${number}`.padStart(hashLength, "t"),
      previousTokens: [],
      createdAt,
      rotatedAt: createdAt,
      idleExpiresAt: liveUntil,
      endsAt: liveUntil,
      revokedAt: null,
      userAgent,
    },
  };
}

/** Inserts by COPY into existing tables. Then the server collects statistics and vacuums, as it would later by itself. */
export async function loadPostgres(url: string, count: number): Promise<void> {
  const options = { connectionsMax: 1, statementTimeoutMs: 0 };
  const sql = connectPostgres(parsePostgresAddress(url), options);
  try {
    for (const copy of copies(sql)) await copyUsers(await copy.query.writable(), { count, copy });
    await sql.unsafe("vacuum (freeze, analyze)").simple();
    await sql.unsafe("checkpoint").simple();
  } finally {
    await sql.end();
  }
}

interface Copy {
  readonly query: { writable(): Promise<Writable> };
  readonly fieldsOf: (user: BenchUser) => readonly string[];
}

function* copies(sql: Sql): Generator<Copy> {
  const [since, until] = [createdAt, liveUntil].map((ms) => new Date(ms).toISOString());
  yield {
    query: sql`
      copy users (id, username, email, first_name, last_name, password_hash, created_at)
      from stdin`,
    fieldsOf: ({ id, username }) => [
      id,
      username,
      `${username}@example.com`,
      "First",
      "Last",
      passwordHash,
      since!,
    ],
  };
  yield {
    query: sql`copy watchlists (user_id, id, name, version, tickers) from stdin`,
    fieldsOf: ({ id, listId, tickers }) => [
      id,
      listId,
      firstListName,
      "1",
      `{${tickers.join()}}`,
    ],
  };
  yield {
    query: sql`
      copy sessions (id, user_id, username, token_hash, rotation_key, created_at, rotated_at,
        idle_expires_at, ends_at, user_agent, forget_on)
      from stdin`,
    fieldsOf: ({ session: { id, userId, username, tokenHash } }) => [
      id,
      userId,
      username,
      tokenHash,
      "",
      since!,
      since!,
      until!,
      until!,
      userAgent,
      until!,
    ],
  };
}

async function copyUsers(
  target: Writable,
  { count, copy: { fieldsOf } }: { count: number; copy: Copy },
): Promise<void> {
  let chunk = "";
  for (let number = 0; number < count; number++) {
    chunk += `${fieldsOf(benchUser(number)).join("\t")}\n`;
    if (chunk.length < copyChunkCharacters) continue;
    if (!target.write(chunk)) await once(target, "drain");
    chunk = "";
  }
  target.end(chunk);
  await once(target, "finish");
}

/** Uses the registration and sign-in of the store, several at once. */
export async function loadStore(store: Store, count: number): Promise<void> {
  let next = 0;
  async function register() {
    while (next < count) {
      const { id, username, listId, tickers, session } = benchUser(next++);
      const names = { email: `${username}@example.com`, firstName: "First", lastName: "Last" };
      await store.createUser({
        user: { id, username, ...names, createdAt },
        passwordHash,
        list: { id: listId, name: firstListName, version: 1, tickers },
      });
      await store.createSession(session);
    }
  }
  await Promise.all(Array.from({ length: registrationsAtOnce }, register));
}

/** Has the form of a UUIDv7, so that ids grow with the number, as real ids grow with time. */
function idOf(number: number, kind: "a" | "b" | "c"): string {
  const time = (createdAt + number).toString(16).padStart(12, "0");
  const rest = number.toString(16).padStart(11, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${kind}${rest}`;
}

function tickersOf(number: number): Ticker[] {
  // The step is a prime, so that the tickers of a user differ, and users differ from each other.
  return Array.from(
    { length: tickersPerUser },
    (_, index) => tickerOf((number * 7_919 + index * 467) % tickersKnown),
  );
}

export function tickerOf(number: number): Ticker {
  const ticker = parseTicker(`T${number.toString(36)}`);
  if (!ticker) throw new Error("The tickers are wrongly built.");
  return ticker;
}
