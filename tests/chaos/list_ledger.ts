// Owns what the service acknowledged about one user's list, and checks that later answers agree with it. Sends no requests.

import type { Verdict } from "./verdict.ts";

export interface ListEdit {
  readonly ticker: string;
  readonly kind: "add" | "remove";
}

/** A list as the service answered it. */
export interface ToldList {
  readonly version: number;
  readonly tickers: readonly string[];
}

export type ListLedger = ReturnType<typeof createListLedger>;

export function createListLedger({ user, verdict }: { user: string; verdict: Verdict }) {
  /** Undefined if an edit of unknown outcome may have been done, or may still be done. */
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

    /** The edit was done now, so the list has a new version. */
    done({ ticker, kind }: ListEdit, newVersion: number) {
      expect(ticker, kind === "remove", `was ${kind === "add" ? "added" : "removed"} again`);
      if (newVersion <= version) {
        breach("a list's version did not grow", `${newVersion} after ${version}`);
      }
      version = newVersion;
      isListed.set(ticker, kind === "add");
      acknowledged++;
    },

    /** The edit changed nothing, because the ticker was on the list already, or was not on it. */
    needless({ ticker, kind }: ListEdit) {
      expect(ticker, kind === "add", `could not be ${kind === "add" ? "added" : "removed"}`);
      isListed.set(ticker, kind === "add");
    },

    unanswered({ ticker }: ListEdit) {
      isListed.set(ticker, undefined);
      unknown++;
    },

    /** The list was read while no edit was running. */
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
