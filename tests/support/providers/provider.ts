// Owns a stand-in of a quote provider: a local server with its list and its quotes, in the documented shapes.

import { sources } from "../../../lib/sources/sources.ts";
import type { SourceDefinition } from "../../../lib/sources/source.ts";
import { alpaca } from "./alpaca.ts";
import { finnhub } from "./finnhub.ts";
import { createMarket, type Market } from "./market.ts";
import { massive } from "./massive.ts";
import type { ProviderShape } from "./shape.ts";
import { tiingo } from "./tiingo.ts";
import { twelvedata } from "./twelvedata.ts";

export const providers: readonly ProviderShape[] = [alpaca, finnhub, massive, twelvedata, tiingo];

export interface FakeProvider {
  readonly definition: SourceDefinition;
  readonly env: Readonly<Record<string, string>>;
  readonly market: Market;
  /** Every symbol that a price was asked for, in the provider's spelling. */
  readonly asked: readonly string[];
  /** How often a step of the list was read. */
  listSteps(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

export function startProvider(shape: ProviderShape, market = createMarket()): FakeProvider {
  const asked: string[] = [];
  let listSteps = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const answer = shape.answer(new URL(request.url), market, base);
    if (!answer) return new Response(null, { status: 404 });
    if (answer.symbols) asked.push(...answer.symbols);
    else listSteps++;
    return new Response(await answer.body);
  });
  const base = `http://127.0.0.1:${server.addr.port}`;
  return {
    definition: sources.find(({ name }) => name === shape.name)!,
    env: shape.env(base),
    market,
    asked,
    listSteps: () => listSteps,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
