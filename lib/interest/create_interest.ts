// Owns how the parts of interest are put together: the book of wanted tickers, and the wait for first prices.

import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { createBook, touchMs } from "./book.ts";
import { createFirstPrices } from "./first_prices.ts";
import type { InterestService, RequestInterest, Universe, Viewing } from "./interest.ts";
import { createRanks } from "./ranks.ts";
import { createRequests } from "./requests.ts";
import { createVisitors } from "./visitors.ts";

export interface InterestOptions {
  readonly bus: Pick<Bus, "want" | "latest" | "subscribe">;
  readonly clock: Clock;
  readonly log: Log;
  readonly universe: Universe;
  readonly instanceId: string;
}

export function createInterest(options: InterestOptions): InterestService {
  const { bus, clock } = options;
  const visitors = createVisitors(options);
  const requests = createRequests({ clock, keptMs: touchMs });
  let readViewings = (): Iterable<Viewing> => [];

  const touch: RequestInterest["touch"] = function touch(tickers, asker) {
    const beyond = visitors.beyondBound(tickers, asker);
    const counted = tickers.filter((ticker) => !beyond.has(ticker));
    requests.note(counted, asker);
    ranks.outdate();
    book.touch(counted, asker);
  };

  function* viewings() {
    yield* readViewings();
    yield* requests.viewings();
  }

  const ranks = createRanks({ clock, viewings });
  const book = createBook({
    ...options,
    ranks,
    onRepeat: () => visitors.renew(readViewings()),
  });
  const firstPrices = createFirstPrices({ bus, clock, book, touch });
  // The mirror has the tick before any listener does, so the order of this listener and the hub's does not matter.
  const unsubscribe = bus.subscribe(firstPrices.check);
  return {
    viewed(transitions, asker) {
      ranks.outdate();
      book.viewed(transitions, asker);
    },
    beyondBound: visitors.beyondBound,
    followViewers: (read) => readViewings = read,
    touch,
    fresh: firstPrices.fresh,
    close() {
      unsubscribe();
      book.stop();
      firstPrices.stop();
    },
  };
}
