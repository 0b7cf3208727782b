// Owns a local server in place of a provider, for tests of its list.

import assert from "node:assert/strict";
import { createClock } from "../../clock.ts";
import { createLog } from "../../log.ts";
import { formatPrice, parseTicker } from "../../quote.ts";
import type { ListedSecurity, QuoteSource, SourceDefinition } from "../source.ts";

export interface ProviderOptions {
  readonly definition: SourceDefinition;
  /** The variables that name its addresses: all of them lead to the local server. */
  readonly urlVariables: readonly string[];
  readonly handler: (request: Request) => Response | Promise<Response>;
}

/** The source, with "key" as its credentials. */
export function openProvider({ definition, urlVariables, handler }: ProviderOptions) {
  const requests: { readonly url: string; readonly headers: Headers }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    // The platform forgets a request once it is answered.
    requests.push({ url: request.url, headers: new Headers(request.headers) });
    return handler(request);
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const source = definition.configure({
    text: () => "key",
    optionalText: () => undefined,
    url: (name, fallback) => new URL(urlVariables.includes(name) ? url : fallback ?? ""),
  })({ clock: createClock(), log: createLog("silent"), tickers: [] });
  return {
    source,
    requests,
    /** Paths with their queries, in the order of the requests. */
    asked: () => requests.map((request) => request.url.slice(url.length)),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Reads all steps, at most ten. */
export async function readWhole(source: QuoteSource): Promise<ListedSecurity[]> {
  const securities: ListedSecurity[] = [];
  let cursor: string | undefined;
  for (let step = 0; step < 10; step++) {
    const outcome = await source.listSecurities?.(undefined, cursor);
    assert.ok(outcome?.kind === "ok", JSON.stringify(outcome));
    securities.push(...outcome.securities);
    cursor = outcome.next;
    if (cursor === undefined) return securities;
  }
  throw new Error("The list has no end.");
}

/** The failure of a step. */
export async function listFailure(source: QuoteSource, cursor?: string): Promise<string> {
  const outcome = await source.listSecurities?.(undefined, cursor);
  assert.ok(outcome?.kind === "failed", JSON.stringify(outcome));
  return outcome.failure;
}

/** The price of one ticker, as text. */
export async function priceOf(source: QuoteSource, text: string): Promise<string> {
  const outcome = await source.fetchQuotes([parseTicker(text)!]);
  assert.ok(outcome.kind === "ok", JSON.stringify(outcome));
  const [quote] = outcome.quotes;
  return quote ? `${quote.ticker} ${formatPrice(quote.price)}` : "missing";
}
