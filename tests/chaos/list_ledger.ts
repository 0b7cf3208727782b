// Owns what one user was promised of a list: what each answer acknowledged, and whether later answers keep to it. Asks nobody.

import type { Verdict } from "./verdict.ts";

export interface ListEdit {
  readonly ticker: string;
  readonly kind: "add" | "remove";
}

/** A list as an answer told it. */
export interface ToldList {
  readonly version: number;
  readonly tickers: readonly string[];
}

export type ListLedger = ReturnType<typeof createListLedger>;

export function createListLedger({ user, verdict }: { user: string; verdict: Verdict }) {
  /** Undefined: an edit of unknown outcome may have been done, or be done yet. */
  const isListed = new Map<string, boolean | undefined>();
  let version = 0;
  let acknowledged = 0;
  let unknown = 0;

  function breach(kind: string, example: string) {
    verdict.breach(kind, `${user}: ${example}`);
  }

  function expect(ticker: string, listed: boolean, said: string) {
    const known = isListed.get(ticker);
    if (known === undefined || known === listed) return;
    const wasListed = known ? "on the list" : "off the list";
    breach("an acknowledged list change was lost", `${ticker} was ${wasListed}, but ${said}`);
  }

  return {
    acknowledged: () => acknowledged,
    unknown: () => unknown,
    version: () => version,

    /** Done now, and so under a new version. */
    done({ ticker, kind }: ListEdit, newVersion: number) {
      expect(ticker, kind === "remove", `was ${kind === "add" ? "added" : "removed"} again`);
      if (newVersion <= version) {
        breach("a list's version did not grow", `${newVersion} after ${version}`);
      }
      version = newVersion;
      isListed.set(ticker, kind === "add");
      acknowledged++;
    },

    /** Nothing to do: it was listed already, or not at all. */
    needless({ ticker, kind }: ListEdit) {
      expect(ticker, kind === "add", `could not be ${kind === "add" ? "added" : "removed"}`);
      isListed.set(ticker, kind === "add");
    },

    unanswered({ ticker }: ListEdit) {
      isListed.set(ticker, undefined);
      unknown++;
    },

    /** What was read while no edit was under way. */
    read({ version: readVersion, tickers }: ToldList) {
      if (readVersion < version) {
        breach("a list's version fell", `${readVersion} was read after ${version}`);
      }
      for (const ticker of isListed.keys()) {
        expect(ticker, tickers.includes(ticker), "was read otherwise");
      }
    },
  };
}
