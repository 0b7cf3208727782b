// Owns a steady load on a service: clients that read and change without pause, and watchers that check that no tick is missing.

import assert from "node:assert/strict";
import { type Answer, call, type CallOptions, openLive, register } from "./api_client.ts";

export interface Load {
  /** The number of requests that got 503, and of all requests. */
  readonly counts: { unavailable: number; all: number };
  /** Ends the load. Throws if an answer was not as promised. */
  stop(): Promise<void>;
}

/** The deadline of a statement, plus some time for a busy machine. */
const settledWithinMs = 6_500;

/** Each answer must be a success, or 503 or 429 with the time to retry, and must arrive in time. */
export async function startLoad(url: string, { members }: { members: number }): Promise<Load> {
  const counts = { unavailable: 0, all: 0 };
  const { body: securities } = await call(`${url}/api/securities?query=a&limit=20`);
  let stopped = false;

  /** Undefined if the service was unavailable, or a limit was met. */
  async function request(path: string, options: CallOptions): Promise<Answer | undefined> {
    const startedAt = Date.now();
    const answer = await call(`${url}${path}`, options);
    const ms = Date.now() - startedAt;
    assert.ok(ms < settledWithinMs, `${path} took ${ms} ms`);
    counts.all++;
    if (answer.status < 500 && answer.status !== 429) return answer;
    assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
    // A client that works without pause meets the limits of its user or address.
    if (answer.status === 429) return undefined;
    counts.unavailable++;
    assert.equal(answer.status, 503, JSON.stringify(answer.body));
    assert.equal(answer.body.code, "unavailable");
    return undefined;
  }

  async function signIn({ username }: { username: string }) {
    const json = { username, password: "a long enough one" };
    const answer = await request("/api/auth/login", { json });
    if (!answer) return;
    assert.equal(answer.status, 200);
    const { refreshToken } = answer.body;
    const refreshed = await request("/api/auth/refresh", { json: { refreshToken } });
    assert.ok(!refreshed || refreshed.status === 200);
  }

  async function change(token: string) {
    for (const { ticker } of securities) {
      if (stopped) return;
      const added = await request("/api/watchlist", { json: { ticker }, token });
      assert.ok(!added || added.status < 300, JSON.stringify(added?.body));
      const list = await request("/api/watchlists", { token });
      assert.ok(!list || list.status === 200);
      const path = `/api/watchlist/${ticker}`;
      const removed = await request(path, { method: "DELETE", token });
      assert.ok(!removed || [204, 404].includes(removed.status));
    }
  }

  const accounts = await Promise.all(Array.from({ length: members }, () => register(url)));
  const work = Promise.all(accounts.map(async (account) => {
    while (!stopped) {
      await signIn(account);
      await change(account.accessToken);
    }
  }));
  // stop() throws its error again.
  work.catch(() => stopped = true);

  return {
    counts,
    async stop() {
      stopped = true;
      await work;
    },
  };
}

export interface Watcher {
  /** Closes the socket after the next tick. Throws unless there was a tick at every mark. */
  stop(): Promise<void>;
}

/** Signs in with `token`, if there is one, and subscribes to tickers. */
export async function startWatcher(url: string, token?: string): Promise<Watcher> {
  const live = await openLive(url);
  const { tickMs } = await live.next("hello");
  if (token) live.send({ type: "auth", token });
  live.send({ type: "subscribe", tickers: ["AAPL", "KO"] });
  const marks: number[] = [];
  let stopped = false;
  const reading = (async () => {
    do marks.push((await live.next("tick")).nextAt); while (!stopped);
  })();
  // stop() throws its error again.
  reading.catch(() => {});

  return {
    async stop() {
      stopped = true;
      await reading;
      live.close();
      const [first = 0] = marks;
      assert.deepEqual(marks, marks.map((_, index) => first + index * tickMs));
    },
  };
}
