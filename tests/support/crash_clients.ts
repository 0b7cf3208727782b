// Owns clients whose server may be killed at any time: each knows which changes were acknowledged, and which may have been done.

import assert from "node:assert/strict";
import { type Answer, call, type CallOptions, type Tokens } from "./api_client.ts";

export interface CrashClient {
  /** Makes one change. True if it was acknowledged, undefined if the server died before it answered. */
  act(url: string): Promise<true | undefined>;
  /** After a restart: every acknowledged change is there, and an unacknowledged change was done completely or not at all. */
  verify(url: string): Promise<void>;
}

interface ListState {
  readonly version: number;
  readonly tickers: readonly string[];
}

const password = "a long enough one";

/** A client that changes its own list and refreshes its session. */
export async function createMember(
  url: string,
  { username, tickers }: { username: string; tickers: readonly string[] },
): Promise<CrashClient> {
  const { status, body } = await call(`${url}/api/auth/register`, { json: { username, password } });
  assert.equal(status, 201, JSON.stringify(body));
  const token: string = body.accessToken;
  let refreshToken: string = body.refreshToken;
  let known: ListState = { version: 1, tickers: [] };
  /** The list if the last change was done although no answer arrived. */
  let possible: ListState | undefined;

  async function change(url: string, request: CallOptions & { path: string }, next: ListState) {
    possible = next;
    const answer = await unlessDead(`${url}/api/watchlist${request.path}`, { ...request, token });
    if (!answer) return undefined;
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    if (answer.body) assert.deepEqual(stateOf(answer.body), next);
    known = next;
    possible = undefined;
    return true;
  }

  function edited(tickers: readonly string[]): ListState {
    return { version: known.version + 1, tickers };
  }

  function add(url: string): Promise<true | undefined> {
    const missing = tickers.filter((ticker) => !known.tickers.includes(ticker));
    const ticker = anyOf(missing);
    if (ticker === undefined) return reorder(url);
    return change(url, { path: "", json: { ticker } }, edited([...known.tickers, ticker]));
  }

  function remove(url: string) {
    const ticker = anyOf(known.tickers);
    if (ticker === undefined) return add(url);
    const rest = known.tickers.filter((other) => other !== ticker);
    return change(url, { path: `/${ticker}`, method: "DELETE" }, edited(rest));
  }

  function reorder(url: string): Promise<true | undefined> {
    const [first, ...rest] = known.tickers;
    if (first === undefined || rest.length === 0) return add(url);
    const turned = [...rest, first];
    const request = { path: "/order", method: "PUT", json: { tickers: turned } };
    return change(url, request, edited(turned));
  }

  async function refresh(url: string) {
    const answer = await unlessDead(`${url}/api/auth/refresh`, { json: { refreshToken } });
    if (!answer) return undefined;
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    refreshToken = answer.body.refreshToken;
    return true as const;
  }

  return {
    act: (url) => (anyOf([add, add, remove, reorder, refresh]) ?? add)(url),
    async verify(url) {
      const found = await readList(url, token);
      const states = possible ? [known, possible] : [known];
      assert.ok(
        states.some((state) => JSON.stringify(state) === JSON.stringify(found)),
        `${username} has ${JSON.stringify(found)}, and not one of ${JSON.stringify(states)}`,
      );
      known = found;
      possible = undefined;
      // The client lost the answer to a rotation, so it repeats it with the old token. The server returns the same new pair.
      assert.equal(await refresh(url), true);
    },
  };
}

/** Several clients that add different tickers to the same list of one account at the same time. */
export async function createSharers(
  url: string,
  { username, tickers, count }: { username: string; tickers: readonly string[]; count: number },
): Promise<CrashClient[]> {
  const { body } = await call(`${url}/api/auth/register`, { json: { username, password } });
  const token: string = body.accessToken;
  const added = new Set<string>();
  let version = 1;

  async function verify(url: string) {
    const found = await readList(url, token);
    assert.deepEqual([...added].filter((ticker) => !found.tickers.includes(ticker)), []);
    assert.equal(found.version, 1 + found.tickers.length);
    assert.ok(found.version >= version);
    version = found.version;
  }

  return Array.from({ length: count }, (_, share) => {
    const own = tickers.filter((_, index) => index % count === share);
    return {
      async act(url) {
        const ticker = anyOf(own) ?? "";
        const answer = await unlessDead(`${url}/api/watchlist`, { json: { ticker }, token });
        if (!answer) return undefined;
        assert.ok(answer.status < 300, JSON.stringify(answer.body));
        added.add(ticker);
        version = Math.max(version, answer.body.version);
        return true;
      },
      verify,
    };
  });
}

/** A client that creates lists, moves them to the front and deletes them. */
export async function createKeeper(url: string, username: string): Promise<CrashClient> {
  const { body } = await call(`${url}/api/auth/register`, { json: { username, password } });
  const token: string = body.accessToken;
  const path = (id = "") => `/api/watchlists${id && `/${id}`}`;
  let known = await readIds(url);
  /** The lists if the last change was done. The id of a new list is unknown. */
  let possible: readonly string[] | "one more" | undefined;

  async function readIds(url: string): Promise<readonly string[]> {
    const answer = await call(`${url}${path()}`, { token });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.map(({ id }: { id: string }) => id);
  }

  async function change(
    request: string,
    { next, ...options }: CallOptions & { next: readonly string[] | "one more" },
  ) {
    possible = next;
    const answer = await unlessDead(request, { ...options, token });
    if (!answer) return undefined;
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    known = next === "one more" ? [...known, answer.body.id] : next;
    possible = undefined;
    return true as const;
  }

  return {
    act(url) {
      const last = known.at(-1);
      if (known.length < 3 || last === undefined) {
        return change(`${url}${path()}`, { json: { name: "Another" }, next: "one more" });
      }
      const others = known.slice(0, -1);
      return Math.random() < 0.5
        ? change(`${url}${path(last)}`, { method: "DELETE", next: others })
        : change(`${url}${path(last)}`, {
          method: "PATCH",
          json: { position: 0 },
          next: [last, ...others],
        });
    },
    async verify(url) {
      const found = await readIds(url);
      const isOneMore = possible === "one more" && `${found.slice(0, -1)}` === `${known}`;
      if (!isOneMore && `${found}` !== `${possible}`) assert.deepEqual(found, known);
      known = found;
      possible = undefined;
    },
  };
}

/** Clients that register one after the other, and then sign in once more. */
export function createNewcomers(prefix: string): CrashClient {
  const acknowledged: { readonly username: string; readonly tokens: Tokens }[] = [];
  const uncertain: string[] = [];
  let count = 0;

  async function isWhole(url: string, token: string): Promise<void> {
    assert.equal((await call(`${url}/api/me`, { token })).status, 200);
    assert.deepEqual(await readList(url, token), { version: 1, tickers: [] });
  }

  return {
    async act(url) {
      const username = `${prefix}_${count++}`;
      const json = { username, password };
      const answer = await unlessDead(`${url}/api/auth/register`, { json });
      if (!answer) {
        uncertain.push(username);
        return undefined;
      }
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      acknowledged.push({ username, tokens: answer.body });
      const again = await unlessDead(`${url}/api/auth/login`, { json });
      if (!again) return undefined;
      assert.equal(again.status, 200, JSON.stringify(again.body));
      acknowledged.push({ username, tokens: again.body });
      return true;
    },
    async verify(url) {
      for (const { username, tokens: { accessToken, refreshToken } } of acknowledged.splice(0)) {
        await isWhole(url, accessToken);
        const { status } = await call(`${url}/api/auth/refresh`, { json: { refreshToken } });
        assert.equal(status, 200, username);
      }
      for (const username of uncertain.splice(0)) {
        const json = { username, password };
        const { status, body } = await call(`${url}/api/auth/login`, { json });
        if (status === 200) await isWhole(url, body.accessToken);
        else assert.equal(status, 401);
      }
    },
  };
}

async function readList(url: string, token: string): Promise<ListState> {
  const { status, body } = await call(`${url}/api/watchlists`, { token });
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.length, 1);
  return stateOf(body[0]);
}

function stateOf({ version, tickers }: ListState): ListState {
  return { version, tickers };
}

/** Undefined if the server died before its answer was complete. */
async function unlessDead(url: string, options: CallOptions): Promise<Answer | undefined> {
  try {
    const answer = await call(url, options);
    if (answer.status !== 429) return answer;
    // The user changed lists more often than allowed. The change was not done, so it is sent again.
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs(answer)));
    return await unlessDead(url, options);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return undefined;
  }
}

function retryAfterMs({ headers }: Answer): number {
  return Number(headers.get("retry-after")) * 1_000;
}

function anyOf<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)];
}
