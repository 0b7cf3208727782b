// Owns a simulated market: every price is a function of seed, ticker and time, so all instances and restarts agree. No network.

import type { Clock } from "../clock.ts";
import { calendar, regularHours } from "../market/calendar.ts";
import { parsePrice, type Price, type Session, type Ticker } from "../quote.ts";
import { leaders, roughLevels } from "./rough_levels.ts";
import type { QuoteSource, SourceDefinition, SourceQuote } from "./source.ts";

export const simulated: SourceDefinition = {
  name: "simulated",
  variables: [{
    name: "SIMULATED_HOURS",
    meaning: "`always` (the default) or `exchange`: it opens and closes like the exchanges",
  }],
  configure(env) {
    const hours = env.optionalText("SIMULATED_HOURS") === "exchange" ? "exchange" : "always";
    return ({ clock }) => createSimulated({ clock, hours });
  },
};

export interface SimulatedOptions {
  readonly clock: Clock;
  /** Another seed makes another market. */
  readonly seed?: number;
  readonly hours?: QuoteSource["hours"];
}

const stepMs = 5_000;
const dayMs = 86_400_000;
/** An unchanged price is dated back by at most this number of steps. */
const stillStepsMax = 12;
/** Before the opening and after the close prices move once a minute. */
const quietSteps = 12;
/** After the opening and before the close. */
const busyMs = 1_800_000;

/** What all prices of one moment have in common. Times are steps. */
interface Moment {
  readonly session: Session;
  /** Prices move at these steps only. */
  readonly everySteps: number;
  readonly step: number;
  readonly previousClose: number;
  /** When the day began. Undefined if the market has closing times: its opening price is not told. */
  readonly midnight?: number;
  /** In these times prices move twice as much. */
  readonly busy: readonly { readonly from: number; readonly to: number }[];
}

export function createSimulated(
  { clock, seed = 1, hours = "always" }: SimulatedOptions,
): QuoteSource {
  function quote(ticker: Ticker, moment: Moment): SourceQuote {
    const stock = { ...stockOf(ticker, seed), busy: moment.busy };
    const step = lastMove(stock, moment);
    return {
      ticker,
      price: priceAt(stock, step),
      previousClose: priceAt(stock, moment.previousClose),
      asOf: step * stepMs,
      session: moment.session,
      ...(moment.midnight !== undefined && {
        day: {
          open: priceAt(stock, moment.midnight),
          volume: volumeAt(stock, (step - moment.midnight) * stepMs),
        },
      }),
    };
  }

  return {
    name: "simulated",
    notice: "Simulated prices: not real market data.",
    cost: "call",
    batchSize: 20_000,
    limits: [],
    hours,
    fetchQuotes(tickers) {
      const now = clock.now();
      const moment = hours === "exchange" ? momentOfExchange(now) : momentOf(now);
      return Promise.resolve({
        kind: "ok",
        quotes: tickers.map((ticker) => quote(ticker, moment)),
        faults: [],
      });
    },
  };
}

/** A market that never closes: its day ends at midnight UTC. */
function momentOf(now: number): Moment {
  const previousClose = Math.floor(now / dayMs) * (dayMs / stepMs);
  return {
    session: "open",
    everySteps: 1,
    step: Math.floor(now / stepMs),
    previousClose,
    midnight: previousClose,
    busy: [],
  };
}

/** While it is closed, the walk goes on unseen, so the next day opens above or below the last close. */
function momentOfExchange(now: number): Moment {
  const session = calendar.sessionAt(now);
  const { open, close, previousClose } = regularHours(now);
  const at = session === "closed" ? calendar.lastClose(now) : now;
  const everySteps = session === "open" ? 1 : quietSteps;
  return {
    session,
    everySteps,
    step: Math.floor(at / stepMs / everySteps) * everySteps,
    previousClose: previousClose / stepMs,
    busy: [[open, open + busyMs], [close - busyMs, close], [previousClose, previousClose]]
      .map(([from = 0, to = 0]) => ({ from: from / stepMs, to: to / stepMs })),
  };
}

interface Stock {
  /** Decides its small moves. */
  readonly hash: number;
  /** Decides its walk. Two classes of one share have the same one. */
  readonly walkHash: number;
  /** The level its price returns to, in its currency. */
  readonly level: number;
  /** The smallest step of its price. */
  readonly decimals: 2 | 4;
  readonly dailyVolume: number;
  /** How much it moves: 1 is an ordinary stock. */
  readonly volatility: number;
  readonly busy?: Moment["busy"];
}

/** Below it the price has four decimals. */
const pennyLevel = 5;
/** Levels are log-normal in shape, within those of large companies: a sum of uniform numbers has no tails. */
const levelUsdMin = 20;
const levelUsdMax = 700;
/** Rough levels, not prices, of what differs from an ordinary share. */
const levels: ReadonlyMap<string, number> = new Map([
  ["^GSPC", 6_500],
  ["^DJI", 45_000],
  ["^IXIC", 22_000],
  ["^FTSE", 9_200],
  ["^N225", 43_000],
  ["BTC-USD", 110_000],
  ["ETH-USD", 4_000],
  ["EURUSD=X", 1.15],
  ["GBPUSD=X", 1.35],
  ["USDJPY=X", 148],
  ["VOD.L", 0.85],
  ["7203.T", 2_700],
]);
/** A currency and an index move less than a share. */
const calmVolatility = 0.2;
const dailyVolumeMin = 200_000;
const dailyVolumeMax = 40_000_000;

function stockOf(ticker: Ticker, seed: number): Stock {
  const hash = hashOf(ticker, seed);
  const rough = roughLevels.get(ticker);
  if (rough !== undefined) {
    const walkHash = hashOf(leaders.get(ticker) ?? ticker, seed);
    // Calmer than the others, so that the price stays near its level: at most a third above or below.
    const volatility = 0.5 + 0.25 * noise(walkHash, { octave: 104, index: 0 });
    return { hash, walkHash, level: rough, volatility, ...traitsOf({ hash, level: rough }) };
  }
  const spread = (noise(hash, { octave: 101, index: 0 }) + noise(hash, { octave: 102, index: 0 }) +
    noise(hash, { octave: 103, index: 0 })) / 3;
  const level = levels.get(ticker) ?? Math.sqrt(levelUsdMin * levelUsdMax) *
      Math.sqrt(levelUsdMax / levelUsdMin) ** spread;
  const isCalm = ticker.startsWith("^") || ticker.endsWith("=X");
  const volatility = isCalm ? calmVolatility : 1.25 + 0.75 * noise(hash, { octave: 104, index: 0 });
  return { hash, walkHash: hash, level, volatility, ...traitsOf({ hash, level }) };
}

function traitsOf({ hash, level }: { hash: number; level: number }) {
  const share = (1 + noise(hash, { octave: 105, index: 0 })) / 2;
  return {
    decimals: level < pennyLevel ? 4 as const : 2 as const,
    dailyVolume: dailyVolumeMin * (dailyVolumeMax / dailyVolumeMin) ** share,
  };
}

/** Grows evenly from midnight on. */
function volumeAt({ dailyVolume }: Stock, sinceMidnightMs: number): number {
  return Math.max(1, Math.ceil(dailyVolume * sinceMidnightMs / dayMs));
}

function hashOf(ticker: Ticker, seed: number): number {
  let hash = mix(seed);
  for (let index = 0; index < ticker.length; index++) hash = mix(hash ^ ticker.charCodeAt(index));
  return hash;
}

function lastMove(stock: Stock, { step: now, everySteps }: Moment): number {
  // In quiet hours a price is a minute old at most.
  if (everySteps >= stillStepsMax) return now;
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
function priceAt(
  { hash, walkHash, level, volatility, decimals, busy = [] }: Stock,
  step: number,
): Price {
  let drift = 0;
  for (const { octave, periodSteps, amplitude } of octaves) {
    const place = step / periodSteps;
    const index = Math.floor(place);
    const from = noise(walkHash, { octave, index });
    const to = noise(walkHash, { octave, index: index + 1 });
    drift += amplitude * (from + (to - from) * (place - index));
  }
  const middle = level * Math.exp(volatility * drift);
  // Three of the smallest steps are much for a share of one dollar.
  const jitter = Math.max(
    Math.min(3 / 10 ** decimals, 0.005 * middle),
    0.0004 * volatility * middle,
  );
  const pace = busy.some(({ from, to }) => from <= step && step <= to) ? 2 : 1;
  const price = middle + pace * jitter * noise(hash, { octave: 0, index: step });
  const parsed = parsePrice(price.toFixed(decimals));
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
