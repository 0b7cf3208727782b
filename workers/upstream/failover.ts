// Owns the choice among several upstreams: the first that works is asked, the others stand in. Judges no upstream itself.

import type { Log } from "../../lib/log.ts";
import type { Ticker } from "../../lib/quote.ts";
import { limitsText } from "./budget.ts";
import type { Answers, Upstream, Upstreams } from "./upstreams.ts";

/** Each quote names the source that answered. */
export function createFailover(
  members: readonly Upstream[],
  { log }: { log: Log },
): Upstreams {
  const [primary] = members;
  if (!primary) throw new Error("There is no quote source.");
  let lastPresent = primary.name;

  const present = () => members.find((member) => member.readiness() !== "resting") ?? primary;

  async function ask(tickers: readonly Ticker[], signal: AbortSignal): Promise<Answers> {
    const collected: Answers[] = [];
    let open = tickers;
    const probes: Promise<readonly Ticker[]>[] = [];
    for (const [index, member] of members.entries()) {
      const readiness = member.readiness();
      if (readiness === "resting" || open.length === 0) continue;
      const hasStandIn = members.slice(index + 1).some((other) => other.readiness() === "ready");
      if (readiness === "probing" && hasStandIn) {
        // One call tells whether it works again; the other tickers need not wait for that.
        probes.push(askOne(member, open.slice(0, member.batchSize)));
        open = open.slice(member.batchSize);
      } else {
        open = await askOne(member, open);
      }
    }
    for (const unanswered of await Promise.all(probes)) open = [...open, ...unanswered];
    const standIn = members.find((member) => member.readiness() === "ready");
    if (probes.length > 0 && open.length > 0 && standIn) await askOne(standIn, open);
    logChange();
    return {
      quotes: collected.flatMap(({ quotes }) => quotes),
      faults: collected.flatMap(({ faults }) => faults),
      failures: collected.flatMap(({ failures }) => failures),
    };

    /** Returns the tickers without an answer. */
    async function askOne(member: Upstream, asked: readonly Ticker[]): Promise<readonly Ticker[]> {
      const answers = await member.ask(asked, signal);
      collected.push(answers);
      const answered = new Set([...answers.quotes, ...answers.faults].map(({ ticker }) => ticker));
      return asked.filter((ticker) => !answered.has(ticker));
    }
  }

  function logChange() {
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
    budget: members.filter(({ ledger }) => ledger.limits.length > 0)
      .map(({ name, ledger }) => `${name} ${limitsText(ledger.limits)}`).join("; "),
    all: members,
    primary,
    present,
    ask,
  };
}
