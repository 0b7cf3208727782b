// Owns one viewer of a chaos run: a careful client of the live protocol that reconnects anywhere. Judges no frame itself.

import type { ServerMessage } from "../../lib/protocol.ts";
import { createFrameChecks, type SeenPrice } from "./frame_checks.ts";
import type { PriceRecord } from "./market.ts";
import type { Verdict } from "./verdict.ts";

export interface WatcherOptions {
  readonly name: string;
  /** Of all instances, living or not. */
  readonly urls: readonly string[];
  readonly tickers: readonly string[];
  /** Absent: anonymous. */
  readonly token?: () => Promise<string>;
  readonly record: PriceRecord;
  readonly verdict: Verdict;
}

export interface Watcher {
  readonly name: string;
  ticks(): number;
  /** Sockets that were greeted. */
  sockets(): number;
  /** Older prices of another instance, which it dropped. */
  dropped(): number;
  /** True: a tick came since, and every ticker has a price that was true since. */
  isFresh(since: number): boolean;
  /** When the oldest of its prices was true, Unix ms. */
  oldestAsOf(): number;
  /** The longest time between two ticks since it was last asked, the present wait included. */
  worstGapMs(): number;
  /** The newest version of a list it was told. */
  listVersion(): number;
  close(): Promise<void>;
}

const helloTimeoutMs = 3_000;
/** Before a first tick is known of, so long a silence is not waited out. */
const firstTickMs = 8_000;
/** A tick later than it promised by this means that the instance hangs. */
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

  function heard(message: ServerMessage, told: readonly SeenPrice[]) {
    for (const seen of told) {
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

  /** Resolves when the socket has ended, by whomever. */
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
      heard(message, checks.take(message));
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
        // Nobody could be asked for a token: the next instance is.
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
