// Owns the page of one stock: what it is, its live part, the user's lists, and the way to the next stock.

import type { JSX } from "preact";
import { Stock } from "../../../islands/roots/Stock.tsx";
import { quoteText } from "../../../islands/state/quote_text.ts";
import { Fact } from "../../../islands/stock/Fact.tsx";
import type { StockProps } from "../../../islands/stock/store.ts";
import { stockTitle } from "../../../islands/stock/text.ts";
import { readFullQuote } from "../../../lib/protocol.ts";
import { type DayFacts, formatPrice } from "../../../lib/quote.ts";
import { Island } from "../../../lib/render/island.tsx";
import type { PageContent } from "../../../lib/render/page.tsx";
import { listPath } from "../list_path.ts";
import { PageTime } from "../PageTime.tsx";
import { stockPath } from "./path.ts";
import { ListButtons, type ListButtonsProps } from "./ListButtons.tsx";

export interface StockPageProps extends Omit<ListButtonsProps, "ticker"> {
  readonly name: string;
  /** Empty where it is unknown. */
  readonly exchange: string;
  /** Where the price is not in dollars. */
  readonly currency?: string | undefined;
  readonly stock: StockProps;
  readonly day?: DayFacts | undefined;
  /** Its neighbours on the list that the page is about. */
  readonly around?: {
    readonly list: { readonly id: string; readonly name: string };
    readonly previous: string | undefined;
    readonly next: string | undefined;
  } | undefined;
  readonly isSimulated: boolean;
  /** Why a change was refused. */
  readonly refused?: string | undefined;
}

export function stockPage(props: StockPageProps): PageContent {
  const { name, exchange, stock: { ticker, quote } } = props;
  const known = quote && readFullQuote(quote);
  const text = known && quoteText(known.price, known.previousClose);
  const where = exchange && ` on ${exchange}`;
  const price = text ? `: ${[text.price, text.percent].filter(Boolean).join(", ")}` : "";
  return {
    title: text ? stockTitle(ticker, text) : `${ticker} ${name}`,
    description: `${name} (${ticker})${where}${price}. Its live price and its course of today.`,
    shared: { path: stockPath(ticker), title: `${ticker} · ${name}` },
    body: <StockPage {...props} />,
  };
}

function StockPage(props: StockPageProps): JSX.Element {
  const { name, exchange, currency, stock, day, around, isSimulated, refused, ...buttons } = props;
  const where = [exchange, currency && `in ${currency}`].filter(Boolean).join(" · ");
  const { ticker } = stock;
  return (
    <>
      {refused && <p class="notice notice-error" role="alert">{refused}</p>}
      <article class="board stock-page" aria-labelledby="stock-name">
        <div class="board-head">
          <h1 id="stock-name">
            <span class="notranslate">{ticker}</span> <span class="stock-name">{name}</span>
          </h1>
          {where && <span class="stock-where">{where}</span>}
          {isSimulated && <span class="chip">Simulated prices</span>}
          <ListButtons ticker={ticker} {...buttons} />
        </div>
        <Island component={Stock} props={stock} />
        {day && <Day day={day} at={stock.at} />}
        {around && <Neighbours around={around} />}
      </article>
      <p class="notice no-script">
        Without JavaScript this price stands still as of{" "}
        <PageTime at={stock.at} />. Reload the page for a newer one.
      </p>
    </>
  );
}

/** What the source told when the page was loaded. What is unknown is left out. */
function Day({ day, at }: { day: DayFacts; at: number }): JSX.Element | null {
  const { high, low, volume, regularClose } = day;
  if (!high && !volume && !regularClose) return null;
  return (
    <dl class="facts stock-day" aria-label="The day, by the source">
      {regularClose && <Fact name="Regular close">{formatPrice(regularClose)}</Fact>}
      {low && high && <Fact name="Day's range">{`${formatPrice(low)}–${formatPrice(high)}`}</Fact>}
      {volume && <Fact name="Volume">{volume.toLocaleString("en-US")}</Fact>}
      <Fact name="As of">
        <PageTime at={at} />
      </Fact>
    </dl>
  );
}

function Neighbours(
  { around: { list, previous, next } }: { around: NonNullable<StockPageProps["around"]> },
): JSX.Element {
  const link = (ticker: string, rel: "prev" | "next") => (
    <a class={`stock-${rel}`} rel={rel} href={stockPath(ticker, { list: list.id })}>
      {rel === "prev" ? "‹\u00a0" : ""}
      <span class="visually-hidden">{rel === "prev" ? "Previous" : "Next"} on the list:</span>{" "}
      {ticker}
      {rel === "next" ? "\u00a0›" : ""}
    </a>
  );
  return (
    <nav class="stock-around" aria-label={`Stocks of ${list.name}`}>
      {previous && link(previous, "prev")}
      <a href={listPath(list.id)}>{list.name}</a>
      {next && link(next, "next")}
    </nav>
  );
}
