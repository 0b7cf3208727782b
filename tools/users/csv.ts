// Owns the meaning of a line in a users' CSV file: its columns, the user it describes, or why it is refused. Never quotes a value.

import Papa from "papaparse";
import { v7 as uuidv7 } from "uuid";
import {
  hashFault,
  hashLanesMax,
  hashMemoryMax,
  hashWorkMax,
} from "../../lib/auth/passwords/foreign_hashes.ts";
import { parseUsername } from "../../lib/identity.ts";
import type { Clock } from "../../lib/clock.ts";
import { parseTicker, type Ticker } from "../../lib/quote.ts";
import type { UserRecord } from "../../lib/store/bulk.ts";
import { registrationSchema } from "../../lib/auth/registration.ts";
import { firstListName, listTickersMax } from "../../lib/watchlist.ts";

export const requiredColumns = ["username", "password_hash"] as const;
export const optionalColumns = ["email", "first_name", "last_name", "tickers"] as const;

type Column = typeof requiredColumns[number] | typeof optionalColumns[number];

export type ReadUser =
  | { readonly kind: "user"; readonly record: UserRecord }
  | { readonly kind: "refused"; readonly reason: string };

/** Parses the lines below the header. */
export type UserReader = (line: string) => ReadUser;

const delimiters = [",", ";", "\t"] as const;
const tickerSeparators = /[\s;,|]+/;

const hashReasons = {
  not_argon2id:
    "The password hash must be Argon2id in PHC form: $argon2id$v=19$m=..,t=..,p=..$salt$hash.",
  too_costly: `The password hash asks for too much work: m is at most ${hashMemoryMax}, ` +
    `m times t at most ${hashWorkMax}, p at most ${hashLanesMax}.`,
};

/** The columns may be in any order. Returns undefined if this is not the header of such a file. */
export function createUserReader(header: string, clock: Clock): UserReader | undefined {
  const delimiter = delimiters.find((candidate) => header.includes(candidate)) ?? ",";
  const columns = cellsOf(header, delimiter)?.map((name) => name.toLowerCase());
  const known: readonly string[] = [...requiredColumns, ...optionalColumns];
  const isHeader = columns !== undefined && new Set(columns).size === columns.length &&
    columns.every((name) => known.includes(name)) &&
    requiredColumns.every((name) => columns.includes(name));
  if (!isHeader) return undefined;

  return (line) => {
    const cells = cellsOf(line, delimiter);
    if (!cells) return refused("This is no line of CSV: a quote is not closed.");
    if (cells.length !== columns.length) {
      return refused(
        `There must be ${columns.length} fields, here are ${cells.length}. ` +
          "A password hash holds commas: it stands in quotes.",
      );
    }
    return userOf((column) => cells[columns.indexOf(column)] ?? "", clock.now());
  };
}

function userOf(cell: (column: Column) => string, now: number): ReadUser {
  const username = parseUsername(cell("username"));
  if (!username) {
    return refused("The username must be 3 to 32 of a-z, 0-9, _ . and -.");
  }
  const passwordHash = cell("password_hash");
  const fault = hashFault(passwordHash);
  if (fault) return refused(hashReasons[fault]);
  const profile = profileOf(cell);
  if (!profile) return refused("The email address or a name cannot be taken.");
  const tickers = tickersOf(cell("tickers"));
  if (!tickers) return refused(`The tickers must be up to ${listTickersMax}, such as "AAPL MSFT".`);
  return {
    kind: "user",
    record: {
      kind: "user",
      user: { id: uuidv7(), username, ...profile, createdAt: now },
      passwordHash,
      lists: [{ id: uuidv7(), name: firstListName, version: 1, tickers }],
    },
  };
}

/** By the rules of registration. */
function profileOf(cell: (column: Column) => string) {
  const { shape } = registrationSchema;
  const email = shape.email.safeParse(cell("email"));
  const firstName = shape.firstName.safeParse(cell("first_name"));
  const lastName = shape.lastName.safeParse(cell("last_name"));
  if (!email.success || !firstName.success || !lastName.success) return undefined;
  return { email: email.data, firstName: firstName.data, lastName: lastName.data };
}

/** Removes repeated tickers and keeps the order. */
function tickersOf(text: string): Ticker[] | undefined {
  const tickers = new Set<Ticker>();
  for (const word of text.split(tickerSeparators)) {
    if (word === "") continue;
    const ticker = parseTicker(word);
    if (!ticker || tickers.size >= listTickersMax) return undefined;
    tickers.add(ticker);
  }
  return [...tickers];
}

function cellsOf(line: string, delimiter: string): string[] | undefined {
  const { data: [cells = []], errors } = Papa.parse<string[]>(line, { delimiter, newline: "\n" });
  return errors.length > 0 ? undefined : cells.map((cell) => cell.trim());
}

function refused(reason: string): ReadUser {
  return { kind: "refused", reason };
}
