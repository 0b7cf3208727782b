// Owns what each asker wanted by requests in the last minute, so that its rank counts over all of them. Holds no prices.

import { BoundedMap } from "../bounded_map.ts";
import type { Clock } from "../clock.ts";
import type { Ticker } from "../quote.ts";
import type { Asker, Viewing } from "./interest.ts";

/** Above it the asker whose request is the oldest is forgotten: its tickers rank as unknown ones. About 10 MB. */
const askersMax = 10_000;
/** A further ticker of an asker is not remembered, and ranks as an unknown one. */
const tickersMax = 400;

export function createRequests({ clock, keptMs }: { clock: Clock; keptMs: number }) {
  /** Until when each ticker counts. */
  const wanted = new BoundedMap<string, { asker: Asker; untils: Map<Ticker, number> }>(askersMax);

  function forgetEnded(untils: Map<Ticker, number>) {
    for (const [ticker, until] of untils) if (until <= clock.now()) untils.delete(ticker);
  }

  return {
    note(tickers: readonly Ticker[], asker: Asker): void {
      const untils = wanted.get(asker.id)?.untils ?? new Map<Ticker, number>();
      if (untils.size + tickers.length > tickersMax) forgetEnded(untils);
      for (const ticker of tickers) {
        if (untils.has(ticker) || untils.size < tickersMax) {
          untils.set(ticker, clock.now() + keptMs);
        }
      }
      wanted.set(asker.id, { asker, untils });
    },
    *viewings(): Generator<Viewing> {
      for (const [id, { asker, untils }] of wanted.entries()) {
        forgetEnded(untils);
        if (untils.size === 0) wanted.delete(id);
        else yield { asker, viewed: Array.from(untils.keys(), (ticker) => ({ ticker })) };
      }
    },
  };
}
