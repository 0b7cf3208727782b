// Owns a small client of the HTTP API and the live socket, written as an outside developer would write it.

import assert from "node:assert/strict";

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- tests read answers without types; their assertions check the shape
  readonly body: any;
}

export interface CallOptions {
  readonly method?: string;
  readonly json?: unknown;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
  /** For a server whose certificate only the test trusts. */
  readonly client?: Deno.HttpClient;
}

export async function call(
  url: string,
  { method, json, token, headers = {}, body, signal, client }: CallOptions = {},
): Promise<Answer> {
  const payload = json === undefined ? body : JSON.stringify(json);
  const response = await fetch(url, {
    method: method ?? (payload === undefined ? "GET" : "POST"),
    redirect: "manual",
    headers: {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    ...(payload === undefined ? {} : { body: payload }),
    ...(signal && { signal }),
    ...(client ? { client } : {}),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  };
}

let users = 0;

/** Registers a new user, who is signed in and has these tickers on the first list. */
export async function register(
  url: string,
  { tickers = [] }: { tickers?: readonly string[] } = {},
): Promise<Tokens & { username: string; password: string }> {
  const username = `user_${crypto.randomUUID().slice(0, 8)}_${users++}`;
  const password = "a long enough one";
  const answer = await call(`${url}/api/auth/register`, { json: { username, password } });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  const { accessToken: token } = answer.body;
  for (const ticker of tickers) {
    const added = await call(`${url}/api/watchlist`, { json: { ticker }, token });
    assert.ok(added.status < 300, JSON.stringify(added.body));
  }
  return { ...answer.body, username, password };
}

export interface LiveClient {
  readonly socket: WebSocket;
  send(message: unknown): void;
  // deno-lint-ignore no-explicit-any -- as above
  next(type?: string): Promise<any>;
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

const messageTimeoutMs = 15_000;

/** Opens /ws; `next` takes the messages in order, or skips to the next one of a type. */
export async function openLive(
  url: string,
  { path = "/ws", client, headers }: {
    path?: string;
    client?: Deno.HttpClient;
    headers?: Record<string, string>;
  } = {},
): Promise<LiveClient> {
  const address = `${url.replace(/^http/, "ws")}${path}`;
  // TypeScript knows the constructor of browsers, which takes no HTTP client and no headers.
  const socket: WebSocket = Reflect.construct(
    WebSocket,
    client || headers ? [address, { client, headers }] : [address],
  );
  const messages: unknown[] = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => {
    messages.push(JSON.parse(data));
    wake();
  };
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason });
  });
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = (event) => reject(event instanceof ErrorEvent ? event.error : event);
  });
  socket.onerror = null;

  async function next(type?: string) {
    const deadline = Date.now() + messageTimeoutMs;
    for (;;) {
      while (messages.length > 0) {
        const message = messages.shift() as { type?: string };
        if (type === undefined || message.type === type) return message;
      }
      if (Date.now() > deadline) throw new Error(`No ${type ?? "message"} came`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now() + 1);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  return {
    socket,
    next,
    closed,
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    close: () => socket.close(),
  };
}
