// Owns the answers of the stand-in for the case study's API: its list, its moving prices, and the failures that a test ordered. Opens no port.

export const failureModes = [
  "none",
  "400",
  "401",
  "403",
  "429",
  "500",
  "503",
  "302",
  "418",
  "timeout",
  "not_json",
  "wrong_shape",
  "too_large",
  "absurd",
  "missing",
] as const;
export type FailureMode = typeof failureModes[number];

export interface FailureOrder {
  readonly mode: FailureMode;
  /** Which calls fail. Default: those for prices. */
  readonly on?: "prices" | "tickers";
  /** How many calls fail before the API works again. Default: all calls, until the next order. */
  readonly times?: number;
  /** The Retry-After header: seconds or an HTTP date. */
  readonly retryAfter?: number | string;
  /** The tickers whose price is absurd or missing. Default: all. */
  readonly tickers?: readonly string[];
}

export interface AlbertMarketOptions {
  readonly key: string;
  readonly tickers: Readonly<Record<string, string>>;
}

/** Values that a broken provider may send instead of a price. */
const absurdities = ["null", '"122.21"', "-1.5", "0", "1e400", "20000000", "true", "{}"];
const statusPattern = /^[3-5]\d\d$/;

export function createAlbertMarket({ key, tickers: initialTickers }: AlbertMarketOptions) {
  let listed = new Map(Object.entries(initialTickers));
  let pinned = new Map<string, number>();
  let counts = { prices: 0, tickers: 0, lastTickers: [] as readonly string[] };
  let order: FailureOrder & { left: number } = { mode: "none", left: 0 };
  let release = Promise.withResolvers<void>();

  function fail(next: FailureOrder) {
    if (!failureModes.includes(next.mode)) throw new Error(`Unknown mode "${next.mode}".`);
    release.resolve();
    release = Promise.withResolvers();
    order = { ...next, left: next.mode === "none" ? 0 : next.times ?? Infinity };
  }

  /** The failure that this call must show, if any. Each call uses up one ordered failure. */
  function nextFailure(endpoint: "prices" | "tickers"): FailureMode {
    if (order.left <= 0 || (order.on ?? "prices") !== endpoint) return "none";
    order.left--;
    return order.mode;
  }

  function prices(asked: readonly string[], mode: FailureMode): Response {
    if (asked.some((ticker) => !listed.has(ticker))) {
      return Response.json({ detail: "Unknown ticker" }, { status: 400 });
    }
    const affected = (ticker: string) => order.tickers?.includes(ticker) ?? true;
    const members = asked.flatMap((ticker, index) => {
      if (mode === "missing" && affected(ticker)) return [];
      const value = mode === "absurd" && affected(ticker)
        ? absurdities[index % absurdities.length]
        : (pinned.get(ticker) ?? movingPrice(ticker, counts.prices)).toFixed(2);
      return [`${JSON.stringify(ticker)}:${value}`];
    });
    return json(`{${members.join(",")}}`);
  }

  async function broken(mode: FailureMode): Promise<Response | undefined> {
    if (statusPattern.test(mode)) {
      const retryAfter = order.retryAfter === undefined
        ? {}
        : { "retry-after": `${order.retryAfter}` };
      const location = mode === "302" ? { location: "/elsewhere" } : {};
      return new Response("{}", { status: Number(mode), headers: { ...retryAfter, ...location } });
    }
    if (mode === "timeout") await release.promise;
    if (mode === "not_json") return new Response("<html>Bad gateway</html>");
    if (mode === "wrong_shape") return json("[122.21]");
    if (mode === "too_large") return json(`{"AAPL":${"1".repeat(16 * 1024 * 1024)}}`);
    return undefined;
  }

  return {
    async answer(request: Request): Promise<Response> {
      const { pathname, searchParams } = new URL(request.url);
      const endpoint = /^\/casestudy\/stock\/(prices|tickers)\/$/.exec(pathname)?.[1];
      if (endpoint !== "prices" && endpoint !== "tickers") {
        return new Response(null, { status: 404 });
      }
      const asked = (searchParams.get("tickers") ?? "").split(",").filter(Boolean);
      counts = { ...counts, [endpoint]: counts[endpoint] + 1 };
      if (endpoint === "prices") counts = { ...counts, lastTickers: asked };
      if (request.headers.get("Albert-Case-Study-API-Key") !== key) {
        return Response.json({ detail: "Invalid API key" }, { status: 401 });
      }
      const mode = nextFailure(endpoint);
      const failure = await broken(mode);
      if (failure) return failure;
      return endpoint === "prices"
        ? prices(asked, mode)
        : json(JSON.stringify(Object.fromEntries(listed)));
    },
    calls: () => counts,
    fail,
    setPrices(changes: Readonly<Record<string, number | null>>) {
      for (const [ticker, price] of Object.entries(changes)) {
        if (price === null) pinned.delete(ticker);
        else pinned.set(ticker, price);
      }
    },
    setTickers(changes: Readonly<Record<string, string | null>>) {
      for (const [ticker, name] of Object.entries(changes)) {
        if (name === null) listed.delete(ticker);
        else listed.set(ticker, name);
      }
    },
    reset() {
      fail({ mode: "none" });
      listed = new Map(Object.entries(initialTickers));
      pinned = new Map();
      counts = { prices: 0, tickers: 0, lastTickers: [] };
    },
  };
}

/** A plausible price, the same in every run: the level depends on the ticker's letters, and each call moves it a little. */
function movingPrice(ticker: string, call: number): number {
  let level = 0;
  for (const letter of ticker) level = (level * 31 + letter.charCodeAt(0)) % 49_000;
  return (10 + level / 100) * (1 + 0.01 * Math.sin(call * 0.7 + level));
}

function json(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/json" } });
}
