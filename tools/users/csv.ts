// Owns the meaning of a line in a users' CSV file: its columns, the user it describes, or why it is refused. Quotes no value but tickers.

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
import type { Ticker } from "../../lib/quote.ts";
import { joinSpellings, type SymbolReading } from "../../lib/securities/find_security.ts";
import { symbolForms } from "../../lib/securities/symbol_forms.ts";
import type { UserRecord } from "../../lib/store/bulk.ts";
import { registrationSchema } from "../../lib/auth/registration.ts";
import { firstListName, listTickersMax } from "../../lib/watchlist.ts";

export const requiredColumns = ["username", "password_hash"] as const;
export const optionalColumns = ["email", "first_name", "last_name", "tickers"] as const;

type Column = typeof requiredColumns[number] | typeof optionalColumns[number];

export type ReadUser =
  | {
    readonly kind: "user";
    readonly record: UserRecord;
    /** A sentence about the tickers that are not known. Undefined if all are known. */
    readonly leftOut: string | undefined;
  }
  | { readonly kind: "refused"; readonly reason: string };

/** Parses the lines below the header. */
export type UserReader = (line: string) => ReadUser;

const delimiters = [",", ";", "\t"] as const;
const tickerSeparators = /[;,|]+/;

export interface UserReaderOptions {
  readonly clock: Clock;
  /** Reads every spelling of a ticker. */
  readonly readTicker: (text: string) => SymbolReading;
}

const hashReasons = {
  not_argon2id:
    "The password hash must be Argon2id in PHC form: $argon2id$v=19$m=..,t=..,p=..$salt$hash.",
  too_costly: `The password hash asks for too much work: m is at most ${hashMemoryMax}, ` +
    `m times t at most ${hashWorkMax}, p at most ${hashLanesMax}.`,
};

/** The columns may be in any order. Returns undefined if this is not the header of such a file. */
export function createUserReader(
  header: string,
  options: UserReaderOptions,
): UserReader | undefined {
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
    return userOf((column) => cells[columns.indexOf(column)] ?? "", options);
  };
}

function userOf(
  cell: (column: Column) => string,
  { clock, readTicker }: UserReaderOptions,
): ReadUser {
  const username = parseUsername(cell("username"));
  if (!username) {
    return refused("The username must be 3 to 32 of a-z, 0-9, _ . and -.");
  }
  const passwordHash = cell("password_hash");
  const fault = hashFault(passwordHash);
  if (fault) return refused(hashReasons[fault]);
  const profile = profileOf(cell);
  if (!profile) return refused("The email address or a name cannot be taken.");
  const read = readTickers(cell("tickers"), readTicker);
  if (!read) return refused(`The tickers must be up to ${listTickersMax}, such as "AAPL MSFT".`);
  return {
    kind: "user",
    record: {
      kind: "user",
      user: { id: uuidv7(), username, ...profile, createdAt: clock.now() },
      passwordHash,
      lists: [{ id: uuidv7(), name: firstListName, version: 1, tickers: read.tickers }],
    },
    leftOut: leftOutText(read.unknown),
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

interface ReadTickers {
  readonly tickers: Ticker[];
  readonly unknown: string[];
}

/** Removes repeated tickers and keeps the order. Undefined if there are too many, or if a text cannot be a ticker. */
function readTickers(
  text: string,
  readTicker: UserReaderOptions["readTicker"],
): ReadTickers | undefined {
  const tickers = new Set<Ticker>();
  const unknown = new Set<string>();
  for (const part of text.split(tickerSeparators)) {
    const words = part.split(/\s+/).filter((word) => word !== "");
    for (const spelling of joinSpellings(words, readTicker)) {
      const reading = readTicker(spelling);
      if (reading.kind === "found") tickers.add(reading.ticker);
      else if (reading.kind === "unknown" && symbolForms(spelling).tickers.length === 0) return;
      else unknown.add(spelling);
      if (tickers.size + unknown.size > listTickersMax) return undefined;
    }
  }
  return { tickers: [...tickers], unknown: [...unknown] };
}

/** Further ones are only counted. */
const namedMax = 10;
/** Only such a text is quoted, because in a wrong column there may be a secret. */
const tickerLike = /^[A-Z][A-Z.:/-]{0,13}$/;

function leftOutText(unknown: readonly string[]): string | undefined {
  if (unknown.length === 0) return undefined;
  const named = unknown.filter((text) => tickerLike.test(text)).slice(0, namedMax);
  const rest = unknown.length - named.length;
  const [were, they] = unknown.length === 1 ? ["was", "it is"] : ["were", "they are"];
  const names = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
  return `${unknown.length} of the tickers ${were} left out, because ${they} not known here: ${names}.`;
}

function cellsOf(line: string, delimiter: string): string[] | undefined {
  const { data: [cells = []], errors } = Papa.parse<string[]>(line, { delimiter, newline: "\n" });
  return errors.length > 0 ? undefined : cells.map((cell) => cell.trim());
}

function refused(reason: string): ReadUser {
  return { kind: "refused", reason };
}
