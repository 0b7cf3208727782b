// Owns the page's calls of the JSON API: each has a deadline, renews an expired sign-in once, and returns its outcome as a value.

import type { RefreshOutcome } from "../live/client.ts";

export interface Api {
  /** Appends to the list of the page. */
  add(ticker: string): Promise<ChangeOutcome>;
  remove(ticker: string): Promise<ChangeOutcome>;
  /** Takes all tickers of the list, in their new order. */
  reorder(tickers: readonly string[]): Promise<ChangeOutcome>;
  /** The name of the company; undefined if it could not be read. */
  name(ticker: string): Promise<string | undefined>;
  /** The JSON at a path; undefined without a good answer. */
  read(path: string, signal?: AbortSignal): Promise<unknown>;
  /** Concurrent calls share one request, because the refresh token rotates. */
  refresh(): Promise<RefreshOutcome>;
}

/** `tickers` and `version` are absent if the answer does not contain them. */
export type ChangeOutcome =
  | { readonly kind: "done"; readonly tickers?: readonly string[]; readonly version?: number }
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  | { readonly kind: "unreachable" }
  | { readonly kind: "signed_out" };

export interface FoundSecurity {
  readonly ticker: string;
  readonly name: string;
}

const requestTimeoutMs = 10_000;

/** `listId`: the list of the page. A search needs none. */
export function createApi(fetch: typeof globalThis.fetch, listId?: string): Api {
  const list = `/api/watchlists/${listId}`;
  let renewal: Promise<RefreshOutcome> | undefined;

  function refresh(): Promise<RefreshOutcome> {
    renewal ??= send("POST", "/api/auth/refresh").then((response) => {
      renewal = undefined;
      if (response?.ok) return "renewed";
      return response?.status === 401 ? "signed_out" : "failed";
    });
    return renewal;
  }

  /** Returns undefined if no answer arrived before the deadline. */
  async function send(
    method: string,
    path: string,
    options: { body?: unknown; signal?: AbortSignal } = {},
  ): Promise<Response | undefined> {
    const deadline = AbortSignal.timeout(requestTimeoutMs);
    const init: RequestInit = {
      method,
      headers: { accept: "application/json" },
      signal: options.signal ? AbortSignal.any([deadline, options.signal]) : deadline,
    };
    if (options.body !== undefined) {
      init.body = JSON.stringify(options.body);
      init.headers = { accept: "application/json", "content-type": "application/json" };
    }
    try {
      return await fetch(path, init);
    } catch {
      // Offline, aborted or past the deadline: the page treats them alike.
      return undefined;
    }
  }

  async function change(method: string, path: string, body?: unknown): Promise<ChangeOutcome> {
    let response = await send(method, path, { body });
    if (response?.status === 401) {
      const renewed = await refresh();
      if (renewed === "signed_out") return { kind: "signed_out" };
      response = renewed === "renewed" ? await send(method, path, { body }) : undefined;
    }
    if (!response) return { kind: "unreachable" };
    if (response.status === 401) return { kind: "signed_out" };
    return await readChange(response);
  }

  async function read(path: string, signal?: AbortSignal): Promise<unknown> {
    const response = await send("GET", path, signal ? { signal } : {});
    return response?.ok ? await readJson(response) : undefined;
  }

  return {
    refresh,
    read,
    add: (ticker) => change("POST", `${list}/items`, { ticker }),
    remove: (ticker) => change("DELETE", `${list}/items/${encodeURIComponent(ticker)}`),
    reorder: (tickers) => change("PUT", `${list}/order`, { tickers }),
    async name(ticker) {
      return readSecurity(await read(`/api/securities/${encodeURIComponent(ticker)}`))?.name;
    },
  };
}

async function readChange(response: Response): Promise<ChangeOutcome> {
  const body = record(await readJson(response));
  if (!response.ok) {
    const text = body?.detail ?? body?.title;
    return {
      kind: "refused",
      code: String(body?.code ?? response.status),
      text: typeof text === "string" ? text : "The server refused that.",
    };
  }
  const version = Number(body?.version ?? versionOf(response.headers.get("etag")));
  return {
    kind: "done",
    ...(Array.isArray(body?.tickers) ? { tickers: body.tickers.map(String) } : {}),
    ...(Number.isSafeInteger(version) ? { version } : {}),
  };
}

/** The ETag of a list is `"<id>:<version>"`. An answer without a body has the version only there. */
function versionOf(etag: string | null): string | undefined {
  return etag?.match(/:(\d+)"$/)?.[1];
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return response.status === 204 ? undefined : await response.json();
  } catch {
    // The HTML page of a proxy, or a truncated body: the status alone decides the outcome.
    return undefined;
  }
}

export function readSecurity(value: unknown): FoundSecurity | undefined {
  const { ticker, name } = record(value) ?? {};
  return typeof ticker === "string" && typeof name === "string" ? { ticker, name } : undefined;
}

export function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : undefined;
}
