// Owns the values of a price: ticker, price, quote, version. Imports nothing, runs in the browser too.

declare const brand: unique symbol;

/** A symbol, such as AAPL, BRK.B, ^GSPC, BTC-USD, EURUSD=X or VOD.L: `^[A-Z0-9^][A-Z0-9.\-=^]{0,19}$`. */
export type Ticker = string & { readonly [brand]: "Ticker" };

/** A price in ten-thousandths of the quote currency: 190.1 USD is 1901000. */
export type Price = number & { readonly [brand]: "Price" };

export type Session = "pre" | "open" | "post" | "closed";

/** What a ticker stands for. */
export type SecurityKind = "share" | "fund" | "index" | "crypto" | "currency";

/** Whose hours hold for a security: those of US shares, of crypto, of currencies, or of an exchange elsewhere. */
export type Market = "us" | "crypto" | "fx" | "other";

/** What a source tells of the trading day besides the price. A fact that it does not tell is absent. */
export interface DayFacts {
  readonly open?: Price;
  readonly high?: Price;
  readonly low?: Price;
  /** The number of shares or units that were traded; a whole number. */
  readonly volume?: number;
  /** Before and after hours: the last close of the regular session, beside the extended price. */
  readonly regularClose?: Price;
}

export interface Quote {
  readonly ticker: Ticker;
  readonly price: Price;
  readonly previousClose?: Price;
  /** Time of the price at its source, Unix ms. */
  readonly asOf: number;
  /** When we last read it, Unix ms. */
  readonly seenAt: number;
  readonly source: string;
  readonly session: Session;
  readonly stale: boolean;
  readonly day?: DayFacts;
}

/** Orders ticks: `epoch` grows with each lease holder, `seq` within it. */
export interface Version {
  readonly epoch: number;
  readonly seq: number;
}

const tickerPattern = /^[A-Z0-9^][A-Z0-9.\-=^]{0,19}$/;

/** A longer text is not normalized: a ticker has at most 20 characters, and NFKC may shorten a text a little. */
const tickerTextMax = 64;

export function parseTicker(input: unknown): Ticker | undefined {
  if (typeof input !== "string" || input.length > tickerTextMax) return undefined;
  const text = input.trim().normalize("NFKC").toUpperCase();
  return tickerPattern.test(text) ? text as Ticker : undefined;
}

const decimalPattern = /^(-?)(\d{1,20})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/;
const fractionDigits = 4;
/** 10 ** fractionDigits, as one number, since the bundler would keep a power in every page. */
const scale = 10_000;

/** A higher price is absurd: 10,000,000 in the quote currency. */
export const priceMax = 100_000_000_000 as Price;

/**
 * Reads a price from its decimal text, rounded half to even to ten-thousandths.
 * Undefined for an absurd price: not a number, not positive, or above 10,000,000.
 */
export function parsePrice(text: string): Price | undefined {
  const match = decimalPattern.exec(text);
  if (!match || match[1] === "-") return undefined;
  const [, , whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + fractionDigits;
  if (point > 24) return undefined;
  const kept = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const rest = point < 0 ? "0".repeat(-point) + digits : digits.slice(point);
  const scaled = BigInt(kept) + (roundsUp(kept, rest) ? 1n : 0n);
  return scaled > 0n && scaled <= BigInt(priceMax) ? Number(scaled) as Price : undefined;
}

function roundsUp(kept: string, rest: string): boolean {
  if (rest === "" || rest[0]! < "5") return false;
  const aboveHalf = rest[0]! > "5" || /[1-9]/.test(rest.slice(1));
  return aboveHalf || Number(kept.at(-1)) % 2 === 1;
}

/** Two to four decimals: 1901000 is "190.10", 12345 is "1.2345". */
export function formatPrice(price: Price): string {
  const whole = Math.floor(price / scale);
  const fraction = String(price % scale).padStart(fractionDigits, "0").replace(/0{1,2}$/, "");
  return `${whole}.${fraction}`;
}

export function compareVersions(a: Version, b: Version): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

/** A price is stale when its market is not closed and two cadences passed since it was last read. */
export function isStale(
  quote: Pick<Quote, "session" | "seenAt">,
  { now, cadenceMs }: { now: number; cadenceMs: number },
): boolean {
  return quote.session !== "closed" && now - quote.seenAt > 2 * cadenceMs;
}
