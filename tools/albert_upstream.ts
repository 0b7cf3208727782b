// Owns a stand-in for the case study's quote API that can be made to fail: for tests and for experiments.

import { createAlbertMarket, failureModes, type FailureOrder } from "./albert/market.ts";

const usage = `PORT (9009), HOST (127.0.0.1) and ALBERT_API_KEY (demo) may be set.
  GET  /casestudy/stock/prices/?tickers=AAPL,MSFT   header Albert-Case-Study-API-Key
  GET  /casestudy/stock/tickers/
  GET  /_control/calls     {prices, tickers, lastTickers}
  POST /_control/fail      {mode, on?: "prices"|"tickers", times?, retryAfter?, tickers?}
                           modes: ${failureModes.join(" ")}
  POST /_control/prices    {AAPL: 122.21} pins, {AAPL: null} lets it move again
  POST /_control/tickers   {NEW: "Name"} adds to the list, {AAPL: null} takes away
  POST /_control/reset`;

export interface AlbertUpstreamOptions {
  /** 0 means any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly key?: string;
  /** Maps tickers to names. Default: the file of the universe. */
  readonly tickers?: Readonly<Record<string, string>>;
}

export interface AlbertCalls {
  readonly prices: number;
  readonly tickers: number;
  /** The tickers that the last call for prices asked for. */
  readonly lastTickers: readonly string[];
}

export interface AlbertUpstream {
  /** The value for ALBERT_API_URL. */
  readonly url: string;
  calls(): AlbertCalls;
  fail(order: FailureOrder): void;
  setPrices(prices: Readonly<Record<string, number | null>>): void;
  setTickers(tickers: Readonly<Record<string, string | null>>): void;
  reset(): void;
  close(): Promise<void>;
}

export function startAlbertUpstream(options: AlbertUpstreamOptions = {}): AlbertUpstream {
  const { port = 9009, host = "127.0.0.1", key = "demo", tickers = universe() } = options;
  const market = createAlbertMarket({ key, tickers });
  const server = Deno.serve({ port, hostname: host, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    return pathname.startsWith("/_control/")
      ? control(pathname.slice("/_control/".length), request)
      : market.answer(request);
  });

  const upstream: AlbertUpstream = {
    url: `http://${host}:${server.addr.port}`,
    calls: market.calls,
    fail: market.fail,
    setPrices: market.setPrices,
    setTickers: market.setTickers,
    reset: market.reset,
    async close() {
      market.reset();
      await server.shutdown();
    },
  };

  async function control(command: string, request: Request): Promise<Response> {
    try {
      if (command === "calls") return Response.json(market.calls());
      if (request.method !== "POST") return new Response("Use POST.\n", { status: 405 });
      if (command === "reset") market.reset();
      else if (command === "fail") market.fail(await request.json());
      else if (command === "prices") market.setPrices(await request.json());
      else if (command === "tickers") market.setTickers(await request.json());
      else return new Response(`${usage}\n`, { status: 404 });
      return Response.json(market.calls());
    } catch (error) {
      return new Response(`${error}\n`, { status: 400 });
    }
  }

  return upstream;
}

function universe(): Record<string, string> {
  const file = new URL("../lib/securities/universe.json", import.meta.url);
  const { securities }: { securities: [string, string][] } = JSON.parse(
    Deno.readTextFileSync(file),
  );
  return Object.fromEntries(securities.map(([ticker, name]) => [ticker, name]));
}

if (import.meta.main) {
  const { url } = startAlbertUpstream({
    port: Number(Deno.env.get("PORT") || 9009),
    host: Deno.env.get("HOST") || "127.0.0.1",
    key: Deno.env.get("ALBERT_API_KEY") || "demo",
  });
  console.log(`Stand-in for the case study's API on ${url}\n${usage}`);
}
