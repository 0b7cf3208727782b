// Owns the choice among several quote sources: the first that works is asked, the others stand in. Judges no source itself.

import type { Log } from "../../lib/log.ts";
import type { Ticker } from "../../lib/quote.ts";
import type {
  Failed,
  FetchOutcome,
  QuoteSource,
  Readiness,
  SourceQuote,
  TickerFault,
} from "../../lib/sources/source.ts";

type Member = QuoteSource & { readiness(): Readiness };

interface Answers {
  readonly quotes: SourceQuote[];
  readonly faults: { readonly ticker: Ticker; readonly fault: TickerFault }[];
  readonly failures: Failed[];
}

/**
 * Cost, batch size, hours and notice are those of the source that is asked next. Each member takes any number of
 * tickers and says when asking it is pointless; each quote names the member that answered.
 */
export function createFailover(members: readonly Member[], { log }: { log: Log }): QuoteSource {
  const [primary] = members;
  if (!primary) throw new Error("A failover needs a source.");
  let lastPresent = primary.name;

  const present = () => members.find((member) => member.readiness() !== "resting") ?? primary;

  async function fetchQuotes(
    tickers: readonly Ticker[],
    signal?: AbortSignal,
  ): Promise<FetchOutcome> {
    const answers: Answers = { quotes: [], faults: [], failures: [] };
    let open = tickers;
    const tries: Promise<readonly Ticker[]>[] = [];
    for (const [index, member] of members.entries()) {
      const readiness = member.readiness();
      if (readiness === "resting" || open.length === 0) continue;
      const hasStandIn = members.slice(index + 1).some((other) => other.readiness() === "ready");
      if (readiness === "probing" && hasStandIn) {
        // One try tells whether it works again; the others need not wait for that.
        tries.push(ask(member, open.slice(0, member.batchSize)));
        open = open.slice(member.batchSize);
      } else {
        open = await ask(member, open);
      }
    }
    for (const left of await Promise.all(tries)) open = [...open, ...left];
    const standIn = members.find((member) => member.readiness() === "ready");
    if (tries.length > 0 && open.length > 0 && standIn) await ask(standIn, open);
    sayWhenAnotherStandsIn();
    return { kind: "ok", ...answers };

    /** The tickers without an answer. */
    async function ask(member: Member, asked: readonly Ticker[]): Promise<readonly Ticker[]> {
      const outcome = await member.fetchQuotes(asked, signal);
      if (outcome.kind === "failed") {
        answers.failures.push(outcome);
        return asked;
      }
      answers.quotes.push(...outcome.quotes);
      answers.faults.push(...outcome.faults);
      answers.failures.push(...outcome.failures ?? []);
      const answered = new Set([...outcome.quotes, ...outcome.faults].map(({ ticker }) => ticker));
      return asked.filter((ticker) => !answered.has(ticker));
    }
  }

  function sayWhenAnotherStandsIn() {
    const { name } = present();
    if (name !== lastPresent) {
      log.warn({ source: name, former: lastPresent }, "The source changes.");
    }
    lastPresent = name;
  }

  return {
    name: members.map(({ name }) => name).join(","),
    get notice() {
      return present().notice;
    },
    get cost() {
      return present().cost;
    },
    get batchSize() {
      return present().batchSize;
    },
    get hours() {
      return present().hours;
    },
    readiness: () => present().readiness(),
    fetchQuotes,
    // Only the first says what can be priced: the others merely stand in for it.
    ...(primary.listSecurities && { listSecurities: primary.listSecurities }),
  };
}
