// Owns faults of the service itself, injected at the simulation's ports. Each must make a run fail. The product's code is not changed.

import type { FetchOutcome, QuoteSource } from "../../lib/sources/source.ts";
import type { RedisLink } from "./redis_link.ts";
import type { RedisFault } from "./redis_model.ts";

export interface Mutation {
  readonly redis?: RedisFault;
  readonly link?: (link: RedisLink) => RedisLink;
  readonly source?: (source: QuoteSource) => QuoteSource;
}

/** The key names the fault, `breaks` the promise that it breaks. */
export const mutations: Readonly<Record<string, Mutation & { readonly breaks: RegExp }>> = {
  "Redis takes the ticks of former leaders": {
    redis: "unfenced",
    breaks: /is published after/,
  },
  "a new leader gets the epoch of the former one": {
    redis: "same_epoch",
    breaks: /both publish in|is published after/,
  },
  "missed ticks are not read again": {
    redis: "empty_reads",
    breaks: /holds no present price/,
  },
  "an older price is taken for a newer one": {
    source: withoutTimes,
    breaks: /older/,
  },
  "a standby polls without the lease": {
    link: withoutAsking,
    breaks: /in a calm tick|calm ticks/,
  },
  "the budget is ignored": {
    source: (source) => ({ ...source, limits: [] }),
    breaks: /calls within a (minute|day)/,
  },
};

/** As `mutations`, for runs beside hostile viewers. */
export const hostileMutations: typeof mutations = {
  "ranks do not reach the leader": {
    link: (link) => withWants(link, (args) => args.slice(0, 6 + Number(args[5]))),
    breaks: /holds no present price/,
  },
  "nobody is charged for newcomers": {
    link: (link) => withWants(link, announcingAll),
    breaks: /calls beside switching viewers/,
  },
};

function withWants(
  link: RedisLink,
  change: (args: readonly (string | number)[]) => readonly (string | number)[],
): RedisLink {
  const { client } = link;
  return {
    ...link,
    client: {
      ...client,
      run: (script, args) => client.run(script, script === "want" ? change(args) : args),
    },
  };
}

/** Names each wanted ticker as a newcomer: the leader reads those without a fresh price at once. */
function announcingAll(args: readonly (string | number)[]): readonly (string | number)[] {
  const tickers = args.slice(6, 6 + Number(args[5])).map(String);
  const interest = { signedIn: [], anonymous: tickers };
  return args.with(3, JSON.stringify({ kind: "newcomers", interest }));
}

/** Removes the prices' own times, so that the time of reading is used instead. */
function withoutTimes(source: QuoteSource): QuoteSource {
  return {
    ...source,
    async fetchQuotes(tickers, signal): Promise<FetchOutcome> {
      const outcome = await source.fetchQuotes(tickers, signal);
      if (outcome.kind !== "ok") return outcome;
      return { ...outcome, quotes: outcome.quotes.map(({ asOf: _, ...quote }) => quote) };
    },
  };
}

/** Each instance that asks for the lease believes that it has acquired it. */
function withoutAsking(link: RedisLink): RedisLink {
  let epoch = Date.UTC(2030, 0);
  return {
    ...link,
    client: {
      ...link.client,
      async run(script, args) {
        const reply = await link.client.run(script, args);
        const isRefused = script === "takeLease" && Array.isArray(reply) && reply.length === 0;
        return isRefused ? [String(++epoch), "0", "0"] : reply;
      },
    },
  };
}
