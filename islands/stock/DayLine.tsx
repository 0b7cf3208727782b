// Owns the picture of today's course: the line, its low, high and previous close, and the sentence that stands for it.

import type { JSX } from "preact";
import type { Price } from "../../lib/quote.ts";
import { dayPath, type DayPoints, lineY } from "./day_line.ts";
import { formatPrice } from "./shared_parts.ts";
import { dayFacts, daySentence, minuteText } from "./text.ts";

const [width, height] = [640, 180];

export function DayLine({ day, previousClose }: {
  day: DayPoints;
  /** 0: unknown. */
  previousClose: Price | 0;
}): JSX.Element {
  const facts = dayFacts(day);
  if (!facts) {
    return <p class="day-line day-empty">There is no price of today yet, so there is no line.</p>;
  }
  const { open, low, high, now } = facts;
  const box = {
    width,
    height,
    low: Math.min(low.price, previousClose || low.price),
    high: Math.max(high.price, previousClose || high.price),
  };
  const level = (price: number) => `M0 ${lineY(price, box)}h${width}`;
  return (
    <figure class="day-line">
      <p aria-hidden="true">
        <span>High {formatPrice(high.price)} at {minuteText(high.at)}</span>
        {previousClose !== 0 && (
          <span class="key-close">Previous close {formatPrice(previousClose)}</span>
        )}
      </p>
      <svg
        role="img"
        aria-label={daySentence(facts)}
        viewBox={`0 -4 ${width} ${height + 8}`}
        preserveAspectRatio="none"
      >
        <path class="level" d={level(high.price) + level(low.price)} />
        {previousClose !== 0 && <path class="close" d={level(previousClose)} />}
        <path class="line" d={dayPath(day, box)} />
      </svg>
      <p aria-hidden="true">
        <span>{minuteText(open.at)}</span>
        <span>Low {formatPrice(low.price)} at {minuteText(low.at)}</span>
        {now.at > open.at && <span>{minuteText(now.at)}</span>}
      </p>
      <figcaption>Today, as this service saw it. Times are those of New York.</figcaption>
    </figure>
  );
}
