// Owns the texts of the bus in Redis: encodes and parses quotes, ticks and announcements. Has no state.

import { z } from "zod";
import {
  type DayFacts,
  parseTicker,
  type Price,
  priceMax,
  type Quote,
  type Session,
  type Version,
} from "../quote.ts";
import type { Announcement, Interest, Tick } from "./bus.ts";
import type { StoredQuote, StoredSnapshot, TickHead } from "./mirror.ts";

/** One message of a tick. A large tick is sent in several parts. */
export interface TickPart {
  readonly kind: "tick";
  readonly head: TickHead & { readonly unchangedAsOf?: number };
  /** The version of the tick before this one. */
  readonly previous: Version;
  /** The first part is 1. */
  readonly part: number;
  readonly parts: number;
  readonly quotes: readonly Quote[];
  readonly unchanged: Tick["unchanged"];
}

export interface NumberedAnnouncement {
  readonly kind: "announcement";
  /** Changes when Redis has lost its data. */
  readonly generation: string;
  readonly number: number;
  readonly id: string;
  /** Undefined: this version does not know the kind, as when a later version runs beside it. */
  readonly announcement: Announcement | undefined;
}

const natural = z.number().int().nonnegative();
const ticker = z.string().transform((text, context) => {
  const parsed = parseTicker(text);
  if (parsed) return parsed;
  context.addIssue("Not a ticker.");
  return z.NEVER;
});
const tickers = z.array(ticker).max(40_000);
const interest = z.object({ signedIn: tickers, anonymous: tickers });
const list = z.object({ id: z.string(), name: z.string(), version: natural, tickers });

const announcementSchema: z.ZodType<Announcement> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("list_changed"), userId: z.string(), list }),
  z.object({ kind: z.literal("list_deleted"), userId: z.string(), listId: z.string() }),
  z.object({ kind: z.literal("lists_reordered"), userId: z.string() }),
  z.object({ kind: z.literal("session_revoked"), userId: z.string(), sessionId: z.string() }),
  z.object({ kind: z.literal("newcomers"), interest }),
  z.object({ kind: z.literal("catalog_changed") }),
  z.object({ kind: z.literal("lease_free") }),
]);

const spentCalls = z.object({
  source: z.string(),
  windowMs: natural,
  calls: z.array(z.tuple([natural, natural])),
});

const headSchema = z.object({
  kind: z.enum(["mark", "newcomers"]),
  epoch: natural,
  seq: natural,
  at: natural,
  tickMs: natural,
  nextAt: natural,
  unchangedAsOf: natural.optional(),
  spent: z.array(spentCalls).optional(),
});

const partSchema = z.object({
  tick: headSchema,
  previous: z.tuple([natural, natural]),
  part: natural,
  parts: natural,
  /** Quotes, and the tickers of unchanged quotes as plain texts. */
  items: z.array(z.unknown()),
});

const numberedSchema = z.object({
  news: z.unknown(),
  generation: z.string(),
  number: natural,
  id: z.string(),
});

export function encodeQuote(quote: Quote, { epoch, seq }: Version): string {
  const { ticker, price, previousClose = 0, session, source } = quote;
  const [asOf, seenAt] = [Math.round(quote.asOf), Math.round(quote.seenAt)];
  const members = [ticker, price, previousClose, asOf, seenAt, session, source, epoch, seq];
  return JSON.stringify(quote.day ? [...members, encodeDay(quote.day)] : members);
}

/** 0 is unknown. Later versions may append members. */
function encodeDay({ open, high, low, volume, regularClose }: DayFacts): number[] {
  return [open ?? 0, high ?? 0, low ?? 0, volume ?? 0, regularClose ?? 0];
}

export function encodeHead(
  { kind, epoch, seq, at, tickMs, nextAt, unchangedAsOf, spent }: Tick,
): string {
  return JSON.stringify({ kind, epoch, seq, at, tickMs, nextAt, unchangedAsOf, spent });
}

/** The times of an unchanged quote: when it was read and, for a source that sends no times, when it was requested. */
export function encodeReading({ at, unchangedAsOf = 0 }: Tick): string {
  return `${at} ${unchangedAsOf}`;
}

export function encodeAnnouncement(announcement: Announcement): string {
  return JSON.stringify(announcement);
}

export function encodeNewcomers(newcomers: Interest | undefined): string {
  if (!newcomers || newcomers.signedIn.length + newcomers.anonymous.length === 0) return "";
  return encodeAnnouncement({ kind: "newcomers", interest: newcomers });
}

/** Undefined: the text is neither a tick nor an announcement. */
export function parseMessage(text: string): TickPart | NumberedAnnouncement | undefined {
  const value = parseJson(text);
  const part = partSchema.safeParse(value);
  if (part.success) return partOf(part.data);
  const numbered = numberedSchema.safeParse(value);
  if (!numbered.success) return undefined;
  const { news: body, ...position } = numbered.data;
  return {
    kind: "announcement",
    ...position,
    announcement: announcementSchema.safeParse(body).data,
  };
}

export function parseAnnouncement(text: string): Announcement | undefined {
  return announcementSchema.safeParse(parseJson(text)).data;
}

/** Leaves out quotes that do not parse: the next tick brings them. */
export function parseSnapshot(
  { head, quotes, readings }: {
    head: string;
    quotes: readonly string[];
    readings: readonly string[];
  },
): StoredSnapshot | undefined {
  const tick = headSchema.safeParse(parseJson(head)).data;
  if (!tick) return undefined;
  const readingOf = new Map<string, string>();
  for (let index = 0; index + 1 < readings.length; index += 2) {
    readingOf.set(readings[index]!, readings[index + 1]!);
  }
  const stored: StoredQuote[] = [];
  for (const text of quotes) {
    const parsed = parseQuote(parseJson(text));
    if (!parsed) continue;
    const [at = 0, asOf = 0] = (readingOf.get(parsed.quote.ticker) ?? "").split(" ").map(Number);
    const quote = {
      ...parsed.quote,
      seenAt: Math.max(parsed.quote.seenAt, at),
      asOf: Math.max(parsed.quote.asOf, asOf),
    };
    stored.push({ quote, version: parsed.version });
  }
  return { tick, quotes: stored };
}

function partOf(
  { tick: { unchangedAsOf, ...head }, previous, part, parts, items }: z.infer<typeof partSchema>,
): TickPart {
  const quotes: Quote[] = [];
  const unchanged: Tick["unchanged"][number][] = [];
  for (const item of items) {
    const ticker = parseTicker(item);
    const quote = ticker ? undefined : parseQuote(item)?.quote;
    if (ticker) unchanged.push(ticker);
    else if (quote) quotes.push(quote);
  }
  const [epoch, seq] = previous;
  return {
    kind: "tick",
    head: { ...head, ...(unchangedAsOf === undefined ? {} : { unchangedAsOf }) },
    previous: { epoch, seq },
    part,
    parts,
    quotes,
    unchanged,
  };
}

/** Written without a schema, which takes more than twice as long: a tick brings thousands. Later versions may append members. */
function parseQuote(value: unknown): StoredQuote | undefined {
  if (!Array.isArray(value)) return undefined;
  const [symbol, price, previousClose, asOf, seenAt, session, source, epoch, seq, facts]:
    unknown[] = value;
  const ticker = parseTicker(symbol);
  const isWhole = ticker && isPrice(price) && price > 0 && isPrice(previousClose) &&
    isNatural(asOf) && isNatural(seenAt) && isSession(session) && typeof source === "string" &&
    isNatural(epoch) && isNatural(seq);
  if (!isWhole) return undefined;
  const day = parseDay(facts);
  const rest = { asOf, seenAt, source, session, stale: false, ...(day && { day }) };
  const quote = previousClose > 0
    ? { ticker, price, previousClose, ...rest }
    : { ticker, price, ...rest };
  return { quote, version: { epoch, seq } };
}

/** Undefined if the quote has none, as from an earlier version, or if they do not parse: the price is worth more. */
function parseDay(value: unknown): DayFacts | undefined {
  if (!Array.isArray(value)) return undefined;
  const [open, high, low, volume, regularClose]: unknown[] = value;
  const isWhole = isPrice(open) && isPrice(high) && isPrice(low) && isNatural(volume) &&
    isPrice(regularClose);
  if (!isWhole) return undefined;
  return {
    ...(open > 0 && { open }),
    ...(high > 0 && { high }),
    ...(low > 0 && { low }),
    ...(volume > 0 && { volume }),
    ...(regularClose > 0 && { regularClose }),
  };
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isPrice(value: unknown): value is Price {
  return isNatural(value) && value <= priceMax;
}

function isSession(value: unknown): value is Session {
  return value === "open" || value === "closed" || value === "pre" || value === "post";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Undefined fits no schema, so the caller handles it as an unknown text.
    return undefined;
  }
}
