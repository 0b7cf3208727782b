// Owns the contract of every source over HTTP: tests against a local server that answers in the provider's documented shapes.

import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { formatPrice, parseTicker, type Ticker } from "../quote.ts";
import type { FetchOutcome, QuoteSource, SourceDefinition } from "./source.ts";

export interface PeerRow {
  /** In the form of the JSON. */
  readonly price: string;
  readonly previousClose: string;
  readonly at: number;
}

export interface SourceCase {
  readonly definition: SourceDefinition;
  /** Its credentials; every value is a secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly urlVariable: string;
  /** The provider's spelling of BRK.B. */
  readonly berkshire: string;
  /** What the answer tells of AAPL's day; a provider that tells nothing has none. Prices are texts. */
  readonly day?: Readonly<Record<string, string | number>>;
  /** What the provider answers, and is asked for. By default JSON. */
  readonly contentType?: string;
  /** Bodies that are not in the documented shape, and the failure of each. By default those for JSON. */
  readonly malformed?: readonly (readonly [body: string, failure: string])[];
  isAuthorized(request: Request): boolean;
  symbolsOf(url: URL): readonly string[];
  /** The documented answer for the asked symbols; a symbol without a row is unknown to the provider. */
  answer(symbols: readonly string[], rows: ReadonlyMap<string, PeerRow>): string;
  /** The answer at the limit. */
  limit(): Response;
  /** A sentence that the provider sends with status 200, and its meaning. */
  readonly errorWith200: { readonly body: string; readonly failure: string };
  readonly unauthorized: () => Response;
  /** The answer to a request that is not for quotes; undefined for a request for quotes. */
  prelude?(request: Request): Response | undefined;
}

export const contractNow = Date.parse("2026-03-11T14:30:00Z");
const rows = new Map<string, PeerRow>([
  ["AAPL", { price: "190.10", previousClose: "188.5", at: contractNow - 2_000 }],
  ["BRK", { price: "412.30005", previousClose: "410", at: contractNow - 61_000 }],
]);

type Handler = (request: Request) => Response | Promise<Response>;

const malformedJson: NonNullable<SourceCase["malformed"]> = [
  ["5", "wrong_shape"],
  ["null", "wrong_shape"],
  ['"text"', "wrong_shape"],
  ["<html>busy</html>", "not_json"],
  ['{"AAPL":', "not_json"],
  ["", "not_json"],
];

/** The source, and a local server in place of the provider. */
export function openSource(sourceCase: SourceCase, { handler, env = {} }: {
  handler?: Handler;
  env?: Readonly<Record<string, string>>;
} = {}) {
  const { definition, symbolsOf, answer, prelude, contentType = "application/json" } = sourceCase;
  const requests: URL[] = [];
  const accepted: (string | null)[] = [];
  const known = new Map(rows);
  known.set(sourceCase.berkshire, rows.get("BRK")!);
  const state: { handler: Handler } = {
    handler: handler ?? ((request) => {
      if (!sourceCase.isAuthorized(request)) return sourceCase.unauthorized();
      const headers = { "content-type": contentType };
      return new Response(answer(symbolsOf(new URL(request.url)), known), { headers });
    }),
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const early = prelude?.(request);
    if (early) return early;
    requests.push(new URL(request.url));
    accepted.push(request.headers.get("accept"));
    return state.handler(request);
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const values: Record<string, string> = {
    ...sourceCase.env,
    ...env,
    [sourceCase.urlVariable]: url,
  };
  const timers = FakeTimers.createClock(contractNow);
  const source = definition.configure({
    text: (name) => values[name] ?? "",
    optionalText: (name) => values[name],
    url: (name, fallback) => new URL(values[name] ?? fallback ?? ""),
  })({ clock: createClock(timers), log: createLog("silent"), tickers: [] });
  return {
    source,
    requests,
    accepted,
    known,
    state,
    timers,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

export function tickersOf(...texts: string[]): Ticker[] {
  return texts.map((text) => parseTicker(text)!);
}

/** Asks in batches, as the worker does. */
async function ask(source: QuoteSource, tickers: readonly Ticker[]) {
  const outcomes: FetchOutcome[] = [];
  for (let first = 0; first < tickers.length; first += source.batchSize) {
    outcomes.push(await source.fetchQuotes(tickers.slice(first, first + source.batchSize)));
  }
  const answers = outcomes.map((outcome) => {
    assert.ok(outcome.kind === "ok", "detail" in outcome ? outcome.detail : "");
    return outcome;
  });
  return {
    quotes: answers.flatMap(({ quotes }) => quotes),
    faults: answers.flatMap(({ faults }) => faults),
  };
}

export function testSourceContract(sourceCase: SourceCase) {
  const { name } = sourceCase.definition;
  const test = (title: string, run: () => Promise<void>) => Deno.test(`${name}: ${title}`, run);
  const one = tickersOf("AAPL");

  async function failureOf(handler: Handler) {
    await using peer = openSource(sourceCase, { handler });
    const outcome = await peer.source.fetchQuotes(one);
    assert.ok(outcome.kind === "failed", JSON.stringify(outcome));
    for (const secret of Object.values(sourceCase.env)) {
      assert.ok(!JSON.stringify(outcome).includes(secret), "the key is shown");
    }
    return outcome;
  }

  test("prices come as they were written, with previous close and the source's own time", async () => {
    await using peer = openSource(sourceCase);
    const { quotes, faults } = await ask(peer.source, tickersOf("AAPL", "BRK.B"));
    assert.deepEqual(faults, []);
    assert.deepEqual(
      quotes.map(({ ticker, price, previousClose, asOf }) => ({
        ticker,
        price: formatPrice(price),
        previousClose: previousClose && formatPrice(previousClose),
        asOf,
      })),
      [
        { ticker: "AAPL", price: "190.10", previousClose: "188.50", asOf: contractNow - 2_000 },
        { ticker: "BRK.B", price: "412.30", previousClose: "410.00", asOf: contractNow - 61_000 },
      ],
    );
  });

  test("what the answer tells of the day comes with the price, at no further call", async () => {
    await using peer = openSource(sourceCase);
    const { quotes: [quote] } = await ask(peer.source, one);
    const { volume, ...prices } = quote?.day ?? {};
    const texts = Object.entries(prices).map(([fact, price]) => [fact, formatPrice(price)]);
    const day = { ...Object.fromEntries(texts), ...(volume !== undefined && { volume }) };
    assert.deepEqual(day, sourceCase.day ?? {});
    assert.equal(peer.requests.length, 1);
  });

  test("each batch is one call for the content type that the provider has, and no address contains the key", async () => {
    await using peer = openSource(sourceCase);
    const asked = tickersOf("AAPL", "BRK.B");
    await ask(peer.source, asked);
    assert.equal(peer.requests.length, Math.ceil(asked.length / peer.source.batchSize));
    const symbols = peer.requests.flatMap((url) => sourceCase.symbolsOf(url));
    assert.deepEqual(symbols, ["AAPL", sourceCase.berkshire]);
    const { contentType = "application/json" } = sourceCase;
    assert.ok(peer.accepted.every((accept) => accept?.includes(contentType)), `${peer.accepted}`);
    for (const { href } of peer.requests) {
      for (const secret of Object.values(sourceCase.env)) assert.ok(!href.includes(secret));
    }
  });

  test("an unknown symbol is missing and does not affect the others", async () => {
    await using peer = openSource(sourceCase);
    const { quotes, faults } = await ask(peer.source, tickersOf("AAPL", "NOSUCH"));
    assert.deepEqual(quotes.map(({ ticker }) => ticker), ["AAPL"]);
    assert.deepEqual(faults, [{ ticker: "NOSUCH", fault: "missing" }]);
    assert.deepEqual((await ask(peer.source, tickersOf("NOSUCH"))).faults, faults);
  });

  test("an absurd price is a fault", async () => {
    for (const price of ["-1.5", "1e9", "10000000.01"]) {
      await using peer = openSource(sourceCase);
      peer.known.set("AAPL", { price, previousClose: "1", at: contractNow });
      const { quotes, faults } = await ask(peer.source, tickersOf("AAPL"));
      assert.deepEqual([quotes.length, faults], [0, [{ ticker: "AAPL", fault: "absurd" }]], price);
    }
  });

  test("a reached limit has a failure of its own", async () => {
    assert.equal((await failureOf(() => sourceCase.limit())).failure, "rate_limited");
    const limited = await failureOf(() => {
      return new Response("", { status: 429, headers: { "retry-after": "17" } });
    });
    assert.deepEqual([limited.failure, limited.retryAfterMs], ["rate_limited", 17_000]);
  });

  test("an error with status 200 is a failure", async () => {
    const { body, failure } = sourceCase.errorWith200;
    assert.equal((await failureOf(() => new Response(body))).failure, failure);
  });

  test("a wrong key is refused, and not shown", async () => {
    const env = Object.fromEntries(
      Object.keys(sourceCase.env).map((variable) => [variable, "wr0ng-key"]),
    );
    if (Object.keys(env).length === 0) return;
    await using peer = openSource(sourceCase, { env });
    const outcome = await peer.source.fetchQuotes(one);
    assert.ok(outcome.kind === "failed" && outcome.failure === "unauthorized");
    assert.ok(!outcome.detail.includes("wr0ng"));
  });

  test("an answer that has another shape, is malformed, is cut off or is huge is a failure", async () => {
    const huge = [`"${"x".repeat(33 * 1024 * 1024)}"`, "wrong_shape"] as const;
    for (const [body, failure] of [...sourceCase.malformed ?? malformedJson, huge]) {
      const outcome = await failureOf(() => new Response(body));
      assert.equal(outcome.failure, failure, body.slice(0, 20));
    }
    for (const [status, failure] of [[500, "server_error"], [302, "unexpected_status"]] as const) {
      assert.equal((await failureOf(() => new Response(null, { status }))).failure, failure);
    }
  });

  test("an answer that does not come in time is a timeout", async () => {
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    await using peer = openSource(sourceCase, {
      async handler() {
        arrived.resolve();
        await released.promise;
        return new Response("{}");
      },
    });
    const asking = peer.source.fetchQuotes(one);
    await arrived.promise;
    peer.timers.tick(4_000);
    const outcome = await asking;
    released.resolve();
    assert.ok(outcome.kind === "failed" && outcome.failure === "timeout");
  });

  test("a provider that cannot be reached is a network failure", async () => {
    const peer = openSource(sourceCase);
    await peer[Symbol.asyncDispose]();
    const outcome = await peer.source.fetchQuotes(one);
    assert.ok(outcome.kind === "failed" && outcome.failure === "network");
  });
}
