// Owns the view of a stock's live part: price, day, facts, and where the number comes from. The store owns the state.

import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { DayLine } from "../stock/DayLine.tsx";
import { Fact } from "../stock/Fact.tsx";
import { followPage, formatPrice } from "../stock/shared_parts.ts";
import { createStock, type StockProps, type StockState } from "../stock/store.ts";
import { dayFacts, stockTitle } from "../stock/text.ts";

export function Stock(props: StockProps): JSX.Element {
  const stock = useMemo(() => createStock(props), []);
  const { quote, live } = stock;
  useEffect(() => {
    const stop = stock.start();
    const unfollow = followPage(live);
    return () => {
      unfollow();
      stop();
    };
  }, []);
  useSignalEffect(() => {
    const [price, percent] = [quote.price.value, quote.percent.value];
    document.title = `${stockTitle(props.ticker, { price, percent })} · Quoteboard`;
  });
  return (
    <div class={stock.isOld.value ? "stock old" : "stock"} data-ticker={props.ticker}>
      <p class="stock-quote notranslate">
        <span class="stock-price" data-part="price" data-flash={quote.flash}>{quote.price}</span>
        <span class="change" data-part="change" data-direction={quote.direction}>
          {quote.change}
        </span>
        <span data-part="percent" data-direction={quote.direction}>{quote.percent}</span>
        <span class="stock-age" data-part="age">{stock.age}</span>
        {live.status.value.kind === "limit" && (
          <button type="button" onClick={live.connect}>Connect here</button>
        )}
      </p>
      <DayLine day={stock.day.value} previousClose={stock.previousClose.value} />
      <Facts stock={stock} />
      <TruthBox stock={stock} />
    </div>
  );
}

/** What is unknown is left out. */
function Facts({ stock }: { stock: StockState }): JSX.Element | null {
  const facts = dayFacts(stock.day.value);
  const previousClose = stock.previousClose.value;
  if (!facts && !previousClose) return null;
  return (
    <dl class="facts">
      {facts && <Fact name="Open">{formatPrice(facts.open.price)}</Fact>}
      {previousClose !== 0 && <Fact name="Previous close">{formatPrice(previousClose)}</Fact>}
      {facts && <Fact name="Low">{formatPrice(facts.low.price)}</Fact>}
      {facts && <Fact name="High">{formatPrice(facts.high.price)}</Fact>}
    </dl>
  );
}

function TruthBox({ stock }: { stock: StockState }): JSX.Element {
  const { printed, read, shown, source, state } = stock.truth.value;
  return (
    <dl class="facts truth" aria-label="Where this price comes from">
      {printed && <Fact name="Printed">{printed}</Fact>}
      {read && <Fact name="Read">{read}</Fact>}
      <Fact name="Shown">{shown}</Fact>
      {source && <Fact name="Source">{source}</Fact>}
      <Fact name="State">{state}</Fact>
    </dl>
  );
}
