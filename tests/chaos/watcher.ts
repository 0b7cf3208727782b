// Owns one viewer of a chaos run: a careful client of the live protocol that reconnects to any instance. Checks no frame itself.

import type { ServerMessage } from "../../lib/protocol.ts";
import { createFrameChecks, type SeenPrice } from "./frame_checks.ts";
import type { PriceRecord } from "./market.ts";
import type { Verdict } from "./verdict.ts";

export interface WatcherOptions {
  readonly name: string;
  /** The addresses of all instances, running or not. */
  readonly urls: readonly string[];
  readonly tickers: readonly string[];
  /** Absent for an anonymous viewer. */
  readonly token?: () => Promise<string>;
  readonly record: PriceRecord;
  readonly verdict: Verdict;
}

export interface Watcher {
  readonly name: string;
  ticks(): number;
  /** The number of sockets that received a hello. */
  sockets(): number;
  /** The number of older prices that were dropped because another instance had sent newer ones. */
  dropped(): number;
  /** True if a tick was sent after this time, and every ticker has a price that was true after it. */
  isFresh(since: number): boolean;
  /** The time at which the viewer's oldest price was true, Unix ms. */
  oldestAsOf(): number;
  /** The longest time between two ticks since the last call, including the present wait. */
  worstGapMs(): number;
  /** The newest version of a list that the viewer received. */
  listVersion(): number;
  close(): Promise<void>;
}

const helloTimeoutMs = 3_000;
/** The longest wait for the first tick, while the time of the next one is not known yet. */
const firstTickMs = 8_000;
/** If a tick is later than announced by this time, the instance hangs. */
const overdueMs = 3_000;
const retryMsMin = 100;
const retryMsMax = 2_000;

export function startWatcher(options: WatcherOptions): Watcher {
  const { name, urls, tickers, token, record, verdict } = options;
  const prices = new Map<string, SeenPrice>();
  const closing = new AbortController();
  let ticks = 0;
  let sockets = 0;
  let dropped = 0;
  let lastTickAt = 0;
  let lastTickHeardAt = Date.now();
  let worstGapMs = 0;
  let listVersion = 0;
  let retryMs = retryMsMin;

  function receive(message: ServerMessage, seenPrices: readonly SeenPrice[]) {
    for (const seen of seenPrices) {
      const former = prices.get(seen.ticker);
      if (former && seen.asOf < former.asOf) dropped++;
      else prices.set(seen.ticker, seen);
    }
    if (message.type === "watchlist") listVersion = Math.max(listVersion, message.version);
    if (message.type !== "tick") return;
    ticks++;
    retryMs = retryMsMin;
    const now = Date.now();
    worstGapMs = Math.max(worstGapMs, now - lastTickHeardAt);
    lastTickHeardAt = now;
    lastTickAt = Math.max(lastTickAt, message.at);
  }

  /** Resolves when the socket has ended, for any reason. */
  function visit(url: string, accessToken: string | undefined): Promise<void> {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws`);
    const checks = createFrameChecks({ socket: `${name} on ${url}`, record, verdict });
    const ended = Promise.withResolvers<void>();
    let timer = setTimeout(ended.resolve, helloTimeoutMs);
    let isGreeted = false;

    function expectWithin(ms: number) {
      clearTimeout(timer);
      timer = setTimeout(ended.resolve, ms);
    }

    function greet() {
      isGreeted = true;
      sockets++;
      if (accessToken !== undefined) {
        socket.send(JSON.stringify({ type: "auth", token: accessToken }));
      }
      socket.send(JSON.stringify({ type: "subscribe", tickers }));
      expectWithin(firstTickMs);
    }

    socket.onmessage = ({ data }) => {
      const message: ServerMessage = JSON.parse(data);
      receive(message, checks.take(message));
      if (message.type === "hello" && !isGreeted) greet();
      if (message.type === "tick") expectWithin(message.nextAt - message.at + overdueMs);
    };
    socket.onclose = () => ended.resolve();
    socket.onerror = () => ended.resolve();
    closing.signal.addEventListener("abort", () => ended.resolve(), { once: true });
    return ended.promise.finally(() => {
      clearTimeout(timer);
      socket.onmessage = null;
      socket.close();
    });
  }

  async function run() {
    for (let turn = Math.floor(Math.random() * urls.length); !closing.signal.aborted; turn++) {
      try {
        const accessToken = await token?.();
        await visit(urls[turn % urls.length] ?? "", accessToken);
      } catch {
        // No instance issued a token. The loop tries the next instance.
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * retryMs));
      retryMs = Math.min(2 * retryMs, retryMsMax);
    }
  }

  function wasTrueSince(ticker: string, since: number): boolean {
    const price = prices.get(ticker)?.price;
    return price !== undefined && (record.trueUntil(price) ?? 0) >= since;
  }

  const running = run();
  return {
    name,
    ticks: () => ticks,
    sockets: () => sockets,
    dropped: () => dropped,
    isFresh: (since) => lastTickAt >= since && tickers.every((it) => wasTrueSince(it, since)),
    oldestAsOf: () => Math.min(...tickers.map((ticker) => prices.get(ticker)?.asOf ?? 0)),
    worstGapMs() {
      const worst = Math.max(worstGapMs, Date.now() - lastTickHeardAt);
      worstGapMs = 0;
      return worst;
    },
    listVersion: () => listVersion,
    async close() {
      closing.abort();
      await running;
    },
  };
}
