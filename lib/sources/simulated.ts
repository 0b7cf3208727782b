// Owns a simulated market: every price is a function of seed, ticker and time, so all instances and restarts agree. No network.

import type { Clock } from "../clock.ts";
import { parsePrice, type Price, type Ticker } from "../quote.ts";
import type { QuoteSource, SourceDefinition, SourceQuote } from "./source.ts";

export const simulated: SourceDefinition = {
  name: "simulated",
  variables: [],
  configure: () => ({ clock }) => createSimulated({ clock }),
};

export interface SimulatedOptions {
  readonly clock: Clock;
  /** Another seed makes another market. */
  readonly seed?: number;
}

const stepMs = 5_000;
const dayMs = 86_400_000;
/** An unchanged price is dated back by at most this number of steps. */
const stillStepsMax = 12;

export function createSimulated({ clock, seed = 1 }: SimulatedOptions): QuoteSource {
  function quote(ticker: Ticker, now: number): SourceQuote {
    const stock = stockOf(ticker, seed);
    const step = lastMove(stock, Math.floor(now / stepMs));
    const midnight = Math.floor(now / dayMs) * dayMs;
    return {
      ticker,
      price: priceAt(stock, step),
      previousClose: priceAt(stock, midnight / stepMs),
      asOf: step * stepMs,
      session: "open",
    };
  }

  return {
    name: "simulated",
    notice: "Simulated prices: not real market data.",
    cost: "call",
    batchSize: 20_000,
    limits: [],
    hours: "always",
    fetchQuotes(tickers) {
      const now = clock.now();
      return Promise.resolve({
        kind: "ok",
        quotes: tickers.map((ticker) => quote(ticker, now)),
        faults: [],
      });
    },
  };
}

interface Stock {
  readonly hash: number;
  /** The level its price returns to, USD. */
  readonly level: number;
  /** How much it moves: 1 is an ordinary stock. */
  readonly volatility: number;
}

/** Levels are log-normal in shape, within those of large companies: a sum of uniform numbers has no tails. */
const levelUsdMin = 20;
const levelUsdMax = 700;

function stockOf(ticker: Ticker, seed: number): Stock {
  let hash = mix(seed);
  for (let index = 0; index < ticker.length; index++) hash = mix(hash ^ ticker.charCodeAt(index));
  const spread = (noise(hash, { octave: 101, index: 0 }) + noise(hash, { octave: 102, index: 0 }) +
    noise(hash, { octave: 103, index: 0 })) / 3;
  const level = Math.sqrt(levelUsdMin * levelUsdMax) *
    Math.sqrt(levelUsdMax / levelUsdMin) ** spread;
  return { hash, level, volatility: 1.25 + 0.75 * noise(hash, { octave: 104, index: 0 }) };
}

function lastMove(stock: Stock, now: number): number {
  const price = priceAt(stock, now);
  for (let step = now; step > now - stillStepsMax; step--) {
    if (priceAt(stock, step - 1) !== price) return step;
  }
  return now - stillStepsMax;
}

/** Octaves of 20 s to 243 days: amplitudes double as periods quadruple, which is how a random walk spreads. */
const octaves = Array.from({ length: 11 }, (_, index) => ({
  octave: index + 1,
  periodSteps: 4 ** (index + 1),
  amplitude: 0.19 * 2 ** (index - 10),
}));

/** The longest octave bounds the walk, so prices stay plausible for years; floats are rounded once, to the cent. */
function priceAt({ hash, level, volatility }: Stock, step: number): Price {
  let drift = 0;
  for (const { octave, periodSteps, amplitude } of octaves) {
    const place = step / periodSteps;
    const index = Math.floor(place);
    const from = noise(hash, { octave, index });
    const to = noise(hash, { octave, index: index + 1 });
    drift += amplitude * (from + (to - from) * (place - index));
  }
  const middle = level * Math.exp(volatility * drift);
  const jitter = Math.max(0.03, 0.0004 * volatility * middle);
  const price = middle + jitter * noise(hash, { octave: 0, index: step });
  const parsed = parsePrice(price.toFixed(2));
  if (parsed === undefined) throw new Error("The simulated walk left the range of prices.");
  return parsed;
}

/** Uniform from -1 to 1; the same for the same arguments. */
function noise(hash: number, { octave, index }: { octave: number; index: number }): number {
  return mix(hash ^ mix(Math.imul(octave, 0x9e3779b1) ^ index)) / 2 ** 31 - 1;
}

/** MurmurHash3's finalizer: every bit of the input changes every bit of the output. */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
