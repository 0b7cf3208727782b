// Owns the live protocol, version 1: message shapes, close codes, limits, encode and parse. Runs in the browser too.

import { parseTicker, type Price, type Quote, type Session, type Ticker } from "./quote.ts";

export const protocolVersion = 1;

/** A `previousClose` of 0 is unknown. Later fields may follow: clients ignore them. */
export type FullQuote = readonly [
  ticker: Ticker,
  price: Price,
  previousClose: Price | 0,
  ageMs: number,
  session: Session,
  source: string,
  stale: 0 | 1,
];

/** The facts of a ticker's day. 0 is unknown, a volume of -1 is unknown. Later members may follow: clients ignore them. */
export type QuoteDay = readonly [
  ticker: Ticker,
  open: Price | 0,
  high: Price | 0,
  low: Price | 0,
  volume: number,
  regularClose: Price | 0,
];

/** Only the price and its age changed. */
export type BriefQuote = readonly [ticker: Ticker, price: Price, ageMs: number];

export interface HelloMessage {
  readonly type: "hello";
  readonly v: typeof protocolVersion;
  readonly now: number;
  readonly tickMs: number;
  readonly epoch: number;
  readonly seq: number;
  readonly user: string | null;
}

export interface WatchlistMessage {
  readonly type: "watchlist";
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly tickers: readonly Ticker[];
}

/** All lists of the user, in order; for sockets that asked for it at the upgrade. */
export interface ListsMessage {
  readonly type: "lists";
  readonly lists: readonly { readonly id: string; readonly name: string }[];
}

/** Before the snapshot of a subscribe that spells tickers in another way: each such text, and the ticker that its prices have. */
export interface AliasesMessage {
  readonly type: "aliases";
  readonly aliases: readonly Alias[];
}

export type Alias = readonly [text: string, ticker: Ticker];

export interface SnapshotMessage {
  readonly type: "snapshot";
  readonly epoch: number;
  readonly seq: number;
  readonly at: number;
  readonly tickMs: number;
  readonly quotes: readonly FullQuote[];
}

export interface TickMessage {
  readonly type: "tick";
  readonly epoch: number;
  readonly seq: number;
  readonly at: number;
  readonly tickMs: number;
  readonly nextAt: number;
  readonly quotes: readonly (FullQuote | BriefQuote)[];
}

/** For sockets that asked for it at the upgrade: after a snapshot, then at a mark, at most once a minute, what changed. */
export interface DayMessage {
  readonly type: "day";
  readonly at: number;
  readonly days: readonly QuoteDay[];
}

export interface ErrorMessage {
  readonly type: "error";
  readonly code: string;
  readonly message: string;
}

export interface ByeMessage {
  readonly type: "bye";
  readonly retryAfterMs: number;
}

export type ServerMessage =
  | HelloMessage
  | WatchlistMessage
  | ListsMessage
  | AliasesMessage
  | SnapshotMessage
  | TickMessage
  | DayMessage
  | ErrorMessage
  | ByeMessage;

export type ClientMessage =
  | { readonly type: "auth"; readonly token: string }
  | { readonly type: "follow"; readonly lists: readonly string[] }
  | { readonly type: "subscribe"; readonly tickers: readonly string[] }
  | { readonly type: "unsubscribe"; readonly tickers: readonly string[] };

export const closeCodes = {
  restarting: 4000,
  tooSlow: 4001,
  signInExpired: 4002,
  resync: 4003,
  badMessage: 4500,
  signedOut: 4501,
  limit: 4502,
} as const;

export type CloseCode = typeof closeCodes[keyof typeof closeCodes];

/** Each bound says what happens past it. */
export const liveLimits = {
  /** A larger client message closes with 4500. One number, since the bundler would keep a multiplication in every page. */
  messageBytesMax: 4096,
  /** A subscribe past this adds no ticker: error `too_many_tickers`. */
  subscribedMax: 200,
  subscribedAnonymousMax: 25,
  /** Tickers of the followed lists. A follow past this changes nothing: error `too_many_tickers`. */
  followedMax: 400,
  /** More messages than this in the span close with 4502. */
  messagesMax: 20,
  messagesSpanMs: 10_000,
  /** Messages that may wait before hello; one more closes with 4502. */
  waitingMax: 16,
} as const;

export function fullQuote(quote: Quote, at: number): FullQuote {
  return [
    quote.ticker,
    quote.price,
    quote.previousClose ?? 0,
    ageMs(quote, at),
    quote.session,
    quote.source,
    quote.stale ? 1 : 0,
  ];
}

export function briefQuote(quote: Quote, at: number): BriefQuote {
  return [quote.ticker, quote.price, ageMs(quote, at)];
}

export function quoteDay({ ticker, day = {} }: Pick<Quote, "ticker" | "day">): QuoteDay {
  const { open, high, low, volume, regularClose } = day;
  return [ticker, open ?? 0, high ?? 0, low ?? 0, volume ?? -1, regularClose ?? 0];
}

/** Reads what `fullQuote` encoded. */
export function readFullQuote(quote: FullQuote) {
  const [ticker, price, previousClose, ageMs, session, source, stale] = quote;
  return { ticker, price, previousClose, ageMs, session, source, isStale: stale === 1 };
}

/** Reads either form: of a brief quote, ticker, price and age. */
export function readQuote(quote: FullQuote | BriefQuote) {
  if (isFull(quote)) return readFullQuote(quote);
  const [ticker, price, ageMs] = quote;
  return { ticker, price, ageMs };
}

function isFull(quote: FullQuote | BriefQuote): quote is FullQuote {
  return quote.length >= 7 && typeof quote[4] === "string";
}

/** Never negative, although a source's clock may run ahead of ours. */
function ageMs(quote: Quote, at: number): number {
  return Math.max(0, at - quote.asOf);
}

/** Reads a client's frame; undefined for a bad message, which closes the socket with 4500. */
export function parseClientMessage(text: string): ClientMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const message = value as Record<string, unknown>;
  switch (message.type) {
    case "auth":
      return typeof message.token === "string" ? { type: "auth", token: message.token } : undefined;
    case "follow":
      return isStrings(message.lists) ? { type: "follow", lists: message.lists } : undefined;
    case "subscribe":
    case "unsubscribe":
      return isStrings(message.tickers)
        ? { type: message.type, tickers: message.tickers }
        : undefined;
    default:
      return undefined;
  }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Splits texts into tickers, each once, and texts that are not tickers. */
export function parseTickers(texts: readonly string[]): { tickers: Ticker[]; others: string[] } {
  const tickers = new Set<Ticker>();
  const others: string[] = [];
  for (const text of texts) {
    const ticker = parseTicker(text);
    if (ticker) tickers.add(ticker);
    else others.push(text);
  }
  return { tickers: [...tickers], others };
}

export interface ReadTickers {
  /** Each once. */
  readonly tickers: readonly Ticker[];
  /** The texts that are another spelling of their ticker. Letter case and width do not count. */
  readonly aliases: readonly Alias[];
  /** What is not known. Tickers are in our spelling, each once. */
  readonly others: readonly string[];
}

/** `read` finds the ticker of a text in any spelling. */
export function readTickers(
  texts: readonly string[],
  read: (text: string) => Ticker | undefined,
): ReadTickers {
  const tickers = new Set<Ticker>();
  const aliases = new Map<string, Ticker>();
  const others = new Set<string>();
  for (const text of texts) {
    const ticker = read(text);
    const literal = parseTicker(text);
    if (ticker) tickers.add(ticker);
    else others.add(literal ?? text);
    if (ticker && ticker !== literal) aliases.set(text, ticker);
  }
  return { tickers: [...tickers], aliases: [...aliases], others: [...others] };
}
