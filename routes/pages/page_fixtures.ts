// Owns sample rows and the rendering of a page, for tests of the pages' components. No product code imports it.

import assert from "node:assert/strict";
import type { FullQuote } from "../../lib/protocol.ts";
import type { Price, Session, Ticker } from "../../lib/quote.ts";
import { type PageContent, type PageFrame, renderPage } from "../../lib/render/page.tsx";

const frame: PageFrame = {
  assets: { path: (name) => `/assets/${name}`, modules: () => [] },
  nonce: "n0nce",
  path: "/",
  notice: "Simulated.",
};

/** The whole page. No component writes a style, or a value that is not text. */
export function render(content: PageContent): string {
  const html = renderPage(content, frame);
  assert.doesNotMatch(html, /\sstyle=|<style|undefined|\[object/);
  return html;
}

export function quote(
  ticker: string,
  { ageMs = 1_000, session = "open", stale = 0 }: {
    ageMs?: number;
    session?: Session;
    stale?: 0 | 1;
  } = {},
): FullQuote {
  const [price, previousClose] = [1_901_000 as Price, 1_889_000 as Price];
  return [ticker as Ticker, price, previousClose, ageMs, session, "simulated", stale];
}

export function row(ticker: string, options?: Parameters<typeof quote>[1]) {
  return { ticker, name: `${ticker} <Inc.>`, quote: quote(ticker, options) };
}
